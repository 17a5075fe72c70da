"""Charges once when the subscription begins, and sends the receipt."""

from billing.v1.subscription_billing_process_pb2 import (
    ChargeFailed,
    ChargeRequest,
    ReceiptRequest,
    Subscribed,
    SubscriptionBillingStartV1,
    Unsubscribe,
)
from process_runtime.workflow import EventMeta
from subscription_billing.workflow import SubscriptionBillingProcess


class SubscriptionBilling(SubscriptionBillingProcess):
    """One subscription."""

    async def run(self, start: SubscriptionBillingStartV1) -> None:
        """Bill until the customer leaves."""
        await self.until(lambda: bool(self.state.plan) or self.state.cancelled)
        if not self.state.cancelled and not self.state.charged_cents:
            charge = await self.activities.charge(
                ChargeRequest(subscription_id=self.key.subscription_id, cents=self.state.price_cents)
            )
            self.state.charged_cents += self.state.price_cents
            receipt = ReceiptRequest(charge_id=charge.charge_id)
            await self.activities.render_receipt(receipt)
            await self.activities.send_receipt(receipt)
        await self.until(lambda: self.state.cancelled)

    async def on_subscribed(self, fact: Subscribed, meta: EventMeta) -> None:
        """Note plan and price."""
        self.state.plan = fact.plan
        self.state.price_cents = fact.price_cents

    async def on_charge_failed(self, fact: ChargeFailed, meta: EventMeta) -> None:
        """Owe the price again."""
        self.state.charged_cents = 0

    async def on_unsubscribe(self, command: Unsubscribe, meta: EventMeta) -> None:
        """End."""
        self.state.cancelled = True
