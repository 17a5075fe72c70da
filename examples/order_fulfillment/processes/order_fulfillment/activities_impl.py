"""What the order process does to the outside world, each effect once however often Temporal retries."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from example.processes.order.v1.order_fulfillment_process_pb2 import (
    CancelShipmentResponse,
    CapturePaymentRequest,
    CapturePaymentResponse,
    CreateShipmentRequest,
    CreateShipmentResponse,
    NotifyCustomerRequest,
    NotifyCustomerResponse,
    OrderKey,
    RefundPaymentResponse,
)
from process_runtime.activities import idempotency_key

from order_fulfillment.activities import OrderFulfillmentActivities
from processes.order_fulfillment.ledger import Ledger


class OrderFulfillmentActivitiesImpl(OrderFulfillmentActivities):
    """Payment, shipping and mail systems, played by a ledger.

    Args:
        ledger: where effects are recorded.
        latency: how long those systems take to answer after the effect has happened: the moment in which a
            crash makes a second attempt necessary.
    """

    def __init__(self, ledger: Ledger, latency: timedelta = timedelta()) -> None:
        self._ledger = ledger
        self._latency = latency

    async def capture_payment(self, request: CapturePaymentRequest) -> CapturePaymentResponse:
        """Take the money that was authorised."""
        await self._effect("payment captured", request.key, request.payment_id)
        return CapturePaymentResponse(capture_id=f"capture-of-{request.payment_id}")

    async def refund_payment(self, request: CapturePaymentRequest) -> RefundPaymentResponse:
        """Give it back."""
        await self._effect("payment refunded", request.key, request.payment_id)
        return RefundPaymentResponse()

    async def create_shipment(self, request: CreateShipmentRequest) -> CreateShipmentResponse:
        """Ask the warehouse for a shipment."""
        await self._effect("shipment requested", request.key)
        return CreateShipmentResponse()

    async def cancel_shipment(self, request: CreateShipmentRequest) -> CancelShipmentResponse:
        """Call it off."""
        await self._effect("shipment called off", request.key)
        return CancelShipmentResponse()

    async def notify_customer(self, request: NotifyCustomerRequest) -> NotifyCustomerResponse:
        """Tell the customer how the order ended."""
        await self._effect("customer notified", request.key, request.final_status)
        return NotifyCustomerResponse()

    async def _effect(self, effect: str, key: OrderKey, detail: str = "") -> None:
        order_id = f"{key.tenant_id}/{key.order_id}"
        await asyncio.to_thread(self._ledger.record, idempotency_key(), effect, order_id, detail)
        await asyncio.sleep(self._latency.total_seconds())


@asynccontextmanager
async def create_activities() -> AsyncIterator[OrderFulfillmentActivities]:
    """Open what the activities need, for as long as the worker runs."""
    ledger = Ledger(Path(os.environ.get("ORDER_LEDGER", "ledger.sqlite3")))
    latency = timedelta(seconds=float(os.environ.get("ORDER_LATENCY_SECONDS", "0")))
    yield OrderFulfillmentActivitiesImpl(ledger, latency)
