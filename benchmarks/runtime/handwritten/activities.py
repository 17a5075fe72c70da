"""Activities of the hand-written worker, plain functions as in Temporal's samples."""

import asyncio
import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from example.processes.order.v1.order_fulfillment_process_pb2 import (
    CancelShipmentResponse,
    CapturePaymentRequest,
    CapturePaymentResponse,
    CreateShipmentRequest,
    CreateShipmentResponse,
    NotifyCustomerRequest,
    NotifyCustomerResponse,
    OrderClosed,
    RefundPaymentResponse,
)
from google.protobuf.json_format import MessageToDict
from temporalio import activity

OUTCOMES = Path(os.environ["ORDER_OUTCOMES"])


@activity.defn
async def capture_payment(request: CapturePaymentRequest) -> CapturePaymentResponse:
    """Take the money."""
    return CapturePaymentResponse(capture_id=f"capture-of-{request.payment_id}")


@activity.defn
async def refund_payment(request: CapturePaymentRequest) -> RefundPaymentResponse:  # noqa: ARG001
    """Give it back."""
    return RefundPaymentResponse()


@activity.defn
async def create_shipment(request: CreateShipmentRequest) -> CreateShipmentResponse:  # noqa: ARG001
    """Ask the warehouse for a shipment."""
    return CreateShipmentResponse()


@activity.defn
async def cancel_shipment(request: CreateShipmentRequest) -> CancelShipmentResponse:  # noqa: ARG001
    """Call it off."""
    return CancelShipmentResponse()


@activity.defn
async def notify_customer(request: NotifyCustomerRequest) -> NotifyCustomerResponse:  # noqa: ARG001
    """Tell the customer how the order ended."""
    return NotifyCustomerResponse()


@activity.defn
async def publish_order_closed(event_id: str, fact: OrderClosed) -> None:
    """Append the fact to the outcomes, as a CloudEvent that is on disk when this returns."""
    line = json.dumps(
        {
            "specversion": "1.0",
            "id": event_id,
            "source": "/processes/order-fulfillment",
            "type": "orders.OrderClosed.v1",
            "datacontenttype": "application/json",
            "subject": activity.info().workflow_id,
            "data": MessageToDict(fact),
        }
    )
    await asyncio.to_thread(_append, line.encode() + b"\n")


def _append(line: bytes) -> None:
    with OUTCOMES.open("ab", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(line)
        os.fsync(file.fileno())


ACTIVITIES: list[Callable[..., Any]] = [
    capture_payment,
    refund_payment,
    create_shipment,
    cancel_shipment,
    notify_customer,
    publish_order_closed,
]
