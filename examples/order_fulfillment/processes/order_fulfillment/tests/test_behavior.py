"""What an order does, on a real Temporal server with the activities as they are, and time as it is needed."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from example.processes.order.v1.order_fulfillment_process_pb2 import (
    CancelOrder,
    OrderClosed,
    OrderKey,
    OrderPlaced,
    PaymentAuthorized,
    ShipmentCreated,
)
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from order_fulfillment.contract import OrderFulfillmentKey
from order_fulfillment.testing import OrderFulfillmentHarness, OrderFulfillmentRun
from processes.order_fulfillment.activities_impl import OrderFulfillmentActivitiesImpl
from processes.order_fulfillment.ledger import Ledger

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Order:
    """One order of a test: what happens to it, and what the world outside sees of it."""

    def __init__(self, harness: OrderFulfillmentHarness, ledger: Ledger) -> None:
        self.harness = harness
        self.ledger = ledger
        self.key = OrderFulfillmentKey("acme", str(uuid.uuid4()))

    @property
    def run(self) -> OrderFulfillmentRun:
        """Its process."""
        return self.harness.run(self.key)

    async def placed(self) -> None:
        """Place the order now."""
        now = Timestamp()
        now.FromDatetime(await self.harness.now())
        fact = OrderPlaced(order_id=self.key.order_id, placed_at=now)
        await self.harness.send(self.harness.events.order_placed(self.key, fact))

    async def paid(self) -> None:
        """Authorise the payment."""
        fact = PaymentAuthorized(payment_id="pay-1")
        await self.harness.send(self.harness.events.payment_authorized(self.key, fact))

    async def shipped(self) -> None:
        """Confirm the shipment."""
        fact = ShipmentCreated(shipment_id="ship-1")
        await self.harness.send(self.harness.events.shipment_created(self.key, fact))

    async def cancelled(self) -> None:
        """Ask for cancellation."""
        command = CancelOrder(reason="no longer wanted")
        await self.harness.send(self.harness.events.cancel_order(self.key, command))

    async def end(self) -> str:
        """Wait for the end and return the final status."""
        return (await self.run.result()).final_status

    def effects(self) -> list[str]:
        """Return what the world outside has seen, in order."""
        return [effect.name for effect in self.ledger.effects()]


@pytest_asyncio.fixture(loop_scope="session")
async def order(time_skipping_env: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Order]:
    """A new order, with a worker for it; its history is replayed when the test is over."""
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    real = OrderFulfillmentActivitiesImpl(ledger)
    async with OrderFulfillmentHarness(time_skipping_env, real) as harness:
        yield Order(harness, ledger)


async def test_an_order_that_is_paid_and_shipped_completes(order: Order) -> None:
    await order.placed()
    await order.paid()
    await order.shipped()
    assert await order.end() == "completed"
    assert order.effects() == ["payment captured", "shipment requested", "customer notified"]


async def test_the_world_is_told_how_an_order_ended(order: Order) -> None:
    await order.placed()
    await order.cancelled()
    await order.end()
    key = OrderKey(tenant_id=order.key.tenant_id, order_id=order.key.order_id)
    assert order.harness.facts.published == [
        ("orders.OrderClosed.v1", OrderClosed(key=key, final_status="cancelled"))
    ]


async def test_a_payment_may_arrive_before_its_order(order: Order) -> None:
    await order.paid()
    await order.placed()
    await order.shipped()
    assert await order.end() == "completed"
    assert order.effects() == ["payment captured", "shipment requested", "customer notified"]


async def test_an_order_cancelled_before_payment_costs_nothing(order: Order) -> None:
    await order.placed()
    await order.cancelled()
    assert await order.end() == "cancelled"
    assert order.effects() == ["customer notified"]


async def test_cancelling_undoes_what_was_done_last_step_first(order: Order) -> None:
    await order.placed()
    await order.paid()
    await order.run.until(phase="awaiting shipment")
    await order.cancelled()
    assert await order.end() == "cancelled"
    assert order.effects()[2:] == ["shipment called off", "payment refunded", "customer notified"]


async def test_an_order_that_is_shipped_cannot_be_cancelled(order: Order) -> None:
    await order.placed()
    await order.shipped()
    await order.cancelled()
    await order.paid()
    assert await order.end() == "completed"


async def test_an_order_that_nobody_pays_within_a_day_ends(order: Order) -> None:
    await order.placed()
    await order.harness.advance(hours=23)
    assert await order.run.phase() == "awaiting payment"
    await order.harness.advance(hours=1)
    assert await order.end() == "payment_timeout"
    assert order.effects() == ["customer notified"]


async def test_a_payment_is_given_back_when_there_is_nothing_to_ship(order: Order) -> None:
    order.harness.activities.create_shipment.will(
        ApplicationError("nothing left", type="OutOfStock", non_retryable=True)
    )
    await order.placed()
    await order.paid()
    assert str(await order.run.failure()) == "OutOfStock: nothing left"
    assert order.effects() == ["payment captured", "payment refunded"]
