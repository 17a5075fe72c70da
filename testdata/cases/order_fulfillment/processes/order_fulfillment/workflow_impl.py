"""Ends when the order has shipped, or is cancelled before."""

from example.processes.order.v1.order_fulfillment_process_pb2 import (
    CancelOrder,
    OrderFulfillmentResultV1,
    OrderFulfillmentStartV1,
    OrderPlaced,
    PaymentAuthorized,
    ShipmentCreated,
)
from order_fulfillment.workflow import OrderFulfillmentProcess
from process_runtime.workflow import EventMeta


class OrderFulfillment(OrderFulfillmentProcess):
    """One order."""

    def __init__(self) -> None:
        super().__init__()
        self.phase = "awaiting shipment"

    async def run(self, start: OrderFulfillmentStartV1) -> OrderFulfillmentResultV1:
        """Wait for the end."""
        await self.until(lambda: self.phase in {"shipped", "cancelled"})
        return OrderFulfillmentResultV1(order_id=self.key.order_id, final_status=self.phase)

    async def on_order_placed(self, fact: OrderPlaced, meta: EventMeta) -> None:
        """Nothing to do yet."""

    async def on_payment_authorized(self, fact: PaymentAuthorized, meta: EventMeta) -> None:
        """Nothing to do yet."""

    async def on_shipment_created(self, fact: ShipmentCreated, meta: EventMeta) -> None:
        """Shipped."""
        self.phase = "shipped"

    async def on_cancel_order(self, command: CancelOrder, meta: EventMeta) -> None:
        """Cancelled."""
        self.phase = "cancelled"
