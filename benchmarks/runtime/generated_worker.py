"""The generated worker of `examples/order_fulfillment`, as its users run it.

Only the other systems are played differently: the example's keep a ledger on disk, and these answer at once,
as those of the hand-written worker do.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from example.processes.order.v1.order_fulfillment_process_pb2 import (
    CancelShipmentResponse,
    CapturePaymentRequest,
    CapturePaymentResponse,
    CreateShipmentRequest,
    CreateShipmentResponse,
    NotifyCustomerRequest,
    NotifyCustomerResponse,
    RefundPaymentResponse,
)
from order_fulfillment.activities import OrderFulfillmentActivities
from order_fulfillment.registration import REGISTRATION
from order_fulfillment.worker.config import WorkerConfig

from process_runtime.service import exit_process
from process_runtime.worker import run_worker


class Activities(OrderFulfillmentActivities):  # type: ignore[misc]  # an `Any` where the example is not checked
    """They answer at once."""

    async def capture_payment(self, request: CapturePaymentRequest) -> CapturePaymentResponse:
        """Take the money."""
        return CapturePaymentResponse(capture_id=f"capture-of-{request.payment_id}")

    async def refund_payment(self, request: CapturePaymentRequest) -> RefundPaymentResponse:  # noqa: ARG002
        """Give it back."""
        return RefundPaymentResponse()

    async def create_shipment(self, request: CreateShipmentRequest) -> CreateShipmentResponse:  # noqa: ARG002
        """Ask the warehouse for a shipment."""
        return CreateShipmentResponse()

    async def cancel_shipment(self, request: CreateShipmentRequest) -> CancelShipmentResponse:  # noqa: ARG002
        """Call it off."""
        return CancelShipmentResponse()

    async def notify_customer(self, request: NotifyCustomerRequest) -> NotifyCustomerResponse:  # noqa: ARG002
        """Tell the customer how the order ended."""
        return NotifyCustomerResponse()


@asynccontextmanager
async def create_activities() -> AsyncIterator[Activities]:
    """Open nothing."""
    yield Activities()


if __name__ == "__main__":
    exit_process(run_worker(WorkerConfig, [replace(REGISTRATION, create_activities=create_activities)]))
