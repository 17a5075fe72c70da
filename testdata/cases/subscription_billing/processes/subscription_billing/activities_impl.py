"""Charges nobody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from billing.v1.subscription_billing_process_pb2 import (
    ChargeRequest,
    ChargeResponse,
    ReceiptRequest,
    ReceiptResponse,
)
from subscription_billing.activities import SubscriptionBillingActivities


class SubscriptionBillingActivitiesImpl(SubscriptionBillingActivities):
    """Answers at once."""

    async def charge(self, request: ChargeRequest) -> ChargeResponse:
        """Take nothing."""
        return ChargeResponse(charge_id=f"charge-of-{request.subscription_id}")

    async def refund(self, request: ChargeRequest) -> ChargeResponse:
        """Give nothing back."""
        return ChargeResponse(charge_id=f"refund-of-{request.subscription_id}")

    async def render_receipt(self, request: ReceiptRequest) -> ReceiptResponse:
        """Say what was charged."""
        return ReceiptResponse(text=request.charge_id)

    async def send_receipt(self, request: ReceiptRequest) -> ReceiptResponse:
        """Send nothing."""
        return ReceiptResponse(text=request.charge_id)


@asynccontextmanager
async def create_activities() -> AsyncIterator[SubscriptionBillingActivities]:
    """Open nothing."""
    yield SubscriptionBillingActivitiesImpl()
