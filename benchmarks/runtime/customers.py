"""The client side: brings orders to their end, and is the same for every worker."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from typing import Any

from example.processes.order.v1.order_fulfillment_process_pb2 import (
    OrderFulfillmentEvent,
    OrderFulfillmentResultV1,
    OrderFulfillmentStartV1,
)
from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from benchmarks.harness import BenchmarkError
from process_runtime.contract import ProcessContract

EVENTS = {
    "order_placed": "orders.OrderPlaced.v1",
    "payment_authorized": "payments.PaymentAuthorized.v1",
    "shipment_created": "shipping.ShipmentCreated.v1",
}
"""Payloads of an order that goes well, in order, and their signals."""

_TIME_LIMIT = 120

Handle = WorkflowHandle[object, OrderFulfillmentResultV1]


@dataclass(frozen=True, kw_only=True)
class Target:
    """A worker to send orders to."""

    name: str
    workflow_type: str
    task_queue: str
    contract: ProcessContract | None = None
    """Of a generated worker: an ingress or client starts its processes as it says."""


class Order:
    """One order: each event is delivered by signal-with-start, as an ingress does."""

    def __init__(self, client: Client, target: Target) -> None:
        self._client = client
        self._target = target
        self._number = str(uuid.uuid4())

    async def deliver(self, payload: str, key: str = "") -> Handle:
        """Send one event; `key` tells it from others with this payload."""
        event = OrderFulfillmentEvent()
        event.meta.idempotency_key = f"{self._number}/{payload}/{key}"
        event.meta.key.tenant_id, event.meta.key.order_id = "acme", self._number
        event.meta.schema_version = 1
        event.meta.observed_at.GetCurrentTime()
        fact = getattr(event, payload)
        fact.order_id = self._number
        if payload == "payment_authorized":
            fact.payment_id = f"P-{self._number}"
        elif payload == "shipment_created":
            fact.shipment_id = f"S-{self._number}"
        start = OrderFulfillmentStartV1(start_version=1, key=event.meta.key)
        start.started_at.CopyFrom(event.meta.observed_at)
        return await self._client.start_workflow(
            self._target.workflow_type,
            start,
            result_type=OrderFulfillmentResultV1,
            start_signal=EVENTS[payload],
            start_signal_args=[event],
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            **self._start_arguments(event),
        )

    def _start_arguments(self, event: OrderFulfillmentEvent) -> dict[str, Any]:
        workflow_id, queue, contract = (
            f"{self._target.name}/{self._number}",
            self._target.task_queue,
            self._target.contract,
        )
        if contract is not None:
            return {**contract.start_arguments(workflow_id, queue, contract.shown_key(event))}
        return {
            "id": workflow_id,
            "task_queue": queue,
            "id_reuse_policy": WorkflowIDReusePolicy.REJECT_DUPLICATE,
        }

    async def complete(self) -> Handle:
        """Send every event, and wait for the order's end."""
        try:
            async with asyncio.timeout(_TIME_LIMIT):
                for payload in EVENTS:
                    handle = await self.deliver(payload)
                result = await handle.result()
        except TimeoutError:
            raise BenchmarkError(f"{self._target.name}: no end of an order in {_TIME_LIMIT} s") from None
        if result.final_status != "completed":
            raise BenchmarkError(f"{handle.id} ended as {result.final_status}")
        return handle


async def complete_orders(client: Client, target: Target, *, count: int, in_flight: int) -> list[Handle]:
    """Bring `count` orders to their end, at most `in_flight` at a time."""
    remaining = iter(range(count))
    done: list[Handle] = []

    async def customer() -> None:
        for _ in remaining:
            done.append(await Order(client, target).complete())  # noqa: PERF401 - shared by all

    async with asyncio.TaskGroup() as customers:
        for _ in range(min(in_flight, count)):
            customers.create_task(customer())
    return done
