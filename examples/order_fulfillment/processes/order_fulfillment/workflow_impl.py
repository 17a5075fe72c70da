"""The order process: wait for payment, take it, ship, tell the customer. Cancelling undoes what was done."""

from datetime import UTC, timedelta

from example.processes.order.v1.order_fulfillment_process_pb2 import (
    CancelOrder,
    CapturePaymentRequest,
    CreateShipmentRequest,
    NotifyCustomerRequest,
    OrderClosed,
    OrderFulfillmentResultV1,
    OrderFulfillmentStartV1,
    OrderKey,
    OrderPlaced,
    PaymentAuthorized,
    ShipmentCreated,
)
from process_runtime.workflow import EventMeta
from temporalio import workflow
from temporalio.exceptions import ActivityError

from order_fulfillment.workflow import OrderFulfillmentProcess

DEFAULT_PAYMENT_WINDOW = timedelta(days=1)


class OrderFulfillment(OrderFulfillmentProcess):
    """One order from placement to delivery.

    `run` asks the state what is left to do, so that it can begin again after Continue-As-New.
    """

    async def run(self, start: OrderFulfillmentStartV1) -> OrderFulfillmentResultV1:
        """Bring the order to its end: `completed`, `cancelled` or `payment_timeout`."""
        self.phase = "awaiting order"
        await self.until(lambda: self.state.HasField("placed_at") or self.state.cancelled)

        self.phase = "awaiting payment"
        if not await self.until(lambda: self.paid or self.state.cancelled, timeout=self.time_left_to_pay()):
            return await self.finish("payment_timeout")
        if self.state.cancelled:
            return await self.finish("cancelled")

        if not self.state.payment_captured:
            self.phase = "capturing payment"
            await self.activities.capture_payment(
                CapturePaymentRequest(key=self.order_key(), payment_id=self.state.payment_id)
            )
            self.state.payment_captured = True
        if not self.state.cancelled and not self.state.shipment_requested:
            self.phase = "requesting shipment"
            await self.activities.create_shipment(CreateShipmentRequest(key=self.order_key()))
            self.state.shipment_requested = True

        self.phase = "awaiting shipment"
        await self.until(lambda: self.shipped or self.state.cancelled)
        if not self.shipped:
            self.phase = "cancelling"
            await self.compensate()
            return await self.finish("cancelled")
        return await self.finish("completed")

    async def on_order_placed(self, fact: OrderPlaced, meta: EventMeta) -> None:
        """Note when the order was placed and until when it may be paid."""
        placed_at = fact.placed_at.ToDatetime(UTC) if fact.HasField("placed_at") else self.now()
        window = (
            fact.payment_window.ToTimedelta() if fact.HasField("payment_window") else DEFAULT_PAYMENT_WINDOW
        )
        self.state.placed_at.FromDatetime(placed_at)
        self.state.pay_by.FromDatetime(placed_at + window)

    async def on_payment_authorized(self, fact: PaymentAuthorized, meta: EventMeta) -> None:
        """Note the payment; `run` captures it."""
        self.state.payment_id = fact.payment_id

    async def on_shipment_created(self, fact: ShipmentCreated, meta: EventMeta) -> None:
        """Note the shipment; from here on the order can no longer be cancelled."""
        self.state.shipment_id = fact.shipment_id

    async def on_cancel_order(self, command: CancelOrder, meta: EventMeta) -> None:
        """Ask for cancellation; it has no effect once the shipment exists."""
        if not self.shipped:
            self.state.cancelled = True
            self.state.cancel_reason = command.reason

    @property
    def paid(self) -> bool:
        """Whether the payment was authorised."""
        return bool(self.state.payment_id)

    @property
    def shipped(self) -> bool:
        """Whether the warehouse confirmed the shipment."""
        return bool(self.state.shipment_id)

    def time_left_to_pay(self) -> timedelta:
        """Return the rest of the payment window, zero once it is over."""
        return max(self.state.pay_by.ToDatetime(UTC) - self.now(), timedelta())

    def order_key(self) -> OrderKey:
        """Return this order's key as a message."""
        return OrderKey(tenant_id=self.key.tenant_id, order_id=self.key.order_id)

    async def finish(self, final_status: str) -> OrderFulfillmentResultV1:
        """Tell the customer and the world, and end the process."""
        self.phase = "notifying customer"
        try:
            await self.activities.notify_customer(
                NotifyCustomerRequest(key=self.order_key(), final_status=final_status)
            )
        except ActivityError:
            # Failing here would undo a payment and a shipment because a mail did not go out.
            workflow.logger.exception("the customer was not told")
        await self.emit_order_closed(OrderClosed(key=self.order_key(), final_status=final_status))
        self.phase = final_status
        return OrderFulfillmentResultV1(order_id=self.key.order_id, final_status=final_status)
