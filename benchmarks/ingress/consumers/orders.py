"""What the hand-written consumers share: how an event goes to its order, and how far they are."""

from __future__ import annotations

import os
from pathlib import Path

from example.processes.order.v1.order_fulfillment_process_pb2 import (
    OrderFulfillmentEvent,
    OrderFulfillmentStartV1,
)
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

SIGNALS = {
    "order_placed": "orders.OrderPlaced.v1",
    "payment_authorized": "payments.PaymentAuthorized.v1",
    "shipment_created": "shipping.ShipmentCreated.v1",
    "cancel_order": "orders.CancelOrder.v1",
}


async def signal_order(client: Client, event: OrderFulfillmentEvent, task_queue: str) -> None:
    """Signal the order, and start it unless it runs."""
    start = OrderFulfillmentStartV1(start_version=1, key=event.meta.key)
    start.started_at.CopyFrom(event.meta.observed_at)
    await client.start_workflow(
        "HandwrittenOrder",
        start,
        id=f"handwritten/{event.meta.key.order_id}",
        task_queue=task_queue,
        start_signal=SIGNALS[event.WhichOneof("payload") or ""],
        start_signal_args=[event],
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
    )


class Progress:
    """Counts the events that Temporal has, in a file, so that counting costs nothing."""

    def __init__(self) -> None:
        self._file = os.open(Path(os.environ["PROGRESS"]), os.O_RDWR | os.O_CREAT)
        self._count = 0
        self.add(0)

    def add(self, count: int = 1) -> None:
        """Count more."""
        self._count += count
        os.pwrite(self._file, self._count.to_bytes(8, "little"), 0)
