"""The hand-written workflow: what the documentation of Temporal's Python SDK leads to.

It does for an order what `processes.order_fulfillment.workflow_impl` of the example does, with the same
signals, activities, timers, timeouts and retries, and keeps the same promises as far as people usually write
them: a set of idempotency keys, compensation on failure, queries. Messages are imported as any module is, and
activities as in Temporal's samples.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

from example.processes.order.v1.order_fulfillment_process_pb2 import (
    CapturePaymentRequest,
    CreateShipmentRequest,
    NotifyCustomerRequest,
    OrderClosed,
    OrderFulfillmentEvent,
    OrderFulfillmentResultV1,
    OrderFulfillmentStartV1,
    OrderFulfillmentState,
)
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from .activities import (
        cancel_shipment,
        capture_payment,
        create_shipment,
        notify_customer,
        publish_order_closed,
        refund_payment,
    )

ATTEMPT_TIMEOUT = timedelta(seconds=5)
TOTAL_TIMEOUT = timedelta(minutes=10)
RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30), maximum_attempts=20
)
PAYMENT_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(seconds=30),
    maximum_attempts=20,
    non_retryable_error_types=["PaymentRefused"],
)
DEFAULT_PAYMENT_WINDOW = timedelta(days=1)


@workflow.defn(name="HandwrittenOrder")
class OrderWorkflow:
    """One order from placement to delivery."""

    def __init__(self) -> None:
        self._state = OrderFulfillmentState()
        self._phase = "awaiting order"
        self._seen: set[str] = set()
        self._compensations: list[tuple[Callable[..., Any], Any]] = []

    @workflow.run
    async def run(self, start: OrderFulfillmentStartV1) -> OrderFulfillmentResultV1:
        """Bring the order to its end, and undo what was done if that fails."""
        try:
            return await self._fulfil(start)
        except (ActivityError, asyncio.CancelledError):
            await asyncio.shield(self._compensate())
            raise

    async def _fulfil(self, start: OrderFulfillmentStartV1) -> OrderFulfillmentResultV1:
        await workflow.wait_condition(lambda: self._state.HasField("placed_at") or self._state.cancelled)

        self._phase = "awaiting payment"
        left = max(self._state.pay_by.ToDatetime(UTC) - workflow.now(), timedelta())
        try:
            await workflow.wait_condition(
                lambda: bool(self._state.payment_id) or self._state.cancelled, timeout=left
            )
        except TimeoutError:
            return await self._finish(start, "payment_timeout")
        if self._state.cancelled:
            return await self._finish(start, "cancelled")

        self._phase = "capturing payment"
        capture = CapturePaymentRequest(key=start.key, payment_id=self._state.payment_id)
        await self._execute(capture_payment, capture, PAYMENT_RETRY)
        self._compensations.append((refund_payment, capture))
        self._state.payment_captured = True

        if not self._state.cancelled:
            self._phase = "requesting shipment"
            shipment = CreateShipmentRequest(key=start.key)
            await self._execute(create_shipment, shipment)
            self._compensations.append((cancel_shipment, shipment))
            self._state.shipment_requested = True

        self._phase = "awaiting shipment"
        await workflow.wait_condition(lambda: bool(self._state.shipment_id) or self._state.cancelled)
        if not self._state.shipment_id:
            self._phase = "cancelling"
            await self._compensate()
            return await self._finish(start, "cancelled")
        return await self._finish(start, "completed")

    @workflow.signal(name="orders.OrderPlaced.v1")
    def order_placed(self, event: OrderFulfillmentEvent) -> None:
        """Note when the order was placed and until when it may be paid."""
        if self._is_duplicate(event):
            return
        fact = event.order_placed
        placed_at = fact.placed_at.ToDatetime(UTC) if fact.HasField("placed_at") else workflow.now()
        window = (
            fact.payment_window.ToTimedelta() if fact.HasField("payment_window") else DEFAULT_PAYMENT_WINDOW
        )
        self._state.placed_at.FromDatetime(placed_at)
        self._state.pay_by.FromDatetime(placed_at + window)

    @workflow.signal(name="payments.PaymentAuthorized.v1")
    def payment_authorized(self, event: OrderFulfillmentEvent) -> None:
        """Note the payment."""
        if not self._is_duplicate(event):
            self._state.payment_id = event.payment_authorized.payment_id

    @workflow.signal(name="shipping.ShipmentCreated.v1")
    def shipment_created(self, event: OrderFulfillmentEvent) -> None:
        """Note the shipment."""
        if not self._is_duplicate(event):
            self._state.shipment_id = event.shipment_created.shipment_id

    @workflow.signal(name="orders.CancelOrder.v1")
    def cancel_order(self, event: OrderFulfillmentEvent) -> None:
        """Ask for cancellation."""
        if not self._is_duplicate(event) and not self._state.shipment_id:
            self._state.cancelled = True
            self._state.cancel_reason = event.cancel_order.reason

    @workflow.query
    def state(self) -> OrderFulfillmentState:
        """Return the order's state."""
        return self._state

    @workflow.query
    def phase(self) -> str:
        """Return where the order stands."""
        return self._phase

    def _is_duplicate(self, event: OrderFulfillmentEvent) -> bool:
        key = event.meta.idempotency_key
        if key in self._seen:
            return True
        self._seen.add(key)
        return False

    async def _finish(self, start: OrderFulfillmentStartV1, final_status: str) -> OrderFulfillmentResultV1:
        self._phase = "notifying customer"
        try:
            await self._execute(
                notify_customer, NotifyCustomerRequest(key=start.key, final_status=final_status)
            )
        except ActivityError:
            workflow.logger.exception("the customer was not told")
        await workflow.execute_activity(
            publish_order_closed,
            args=[str(workflow.uuid4()), OrderClosed(key=start.key, final_status=final_status)],
            start_to_close_timeout=timedelta(seconds=30),
        )
        self._phase = final_status
        return OrderFulfillmentResultV1(order_id=start.key.order_id, final_status=final_status)

    async def _compensate(self) -> None:
        while self._compensations:
            undo, request = self._compensations.pop()
            try:
                await self._execute(undo, request)
            except ActivityError:
                workflow.logger.exception("a compensation failed")

    async def _execute(
        self, function: Callable[..., Any], request: object, retry: RetryPolicy = RETRY
    ) -> None:
        await workflow.execute_activity(
            function,
            request,
            start_to_close_timeout=ATTEMPT_TIMEOUT,
            schedule_to_close_timeout=TOTAL_TIMEOUT,
            retry_policy=retry,
        )
