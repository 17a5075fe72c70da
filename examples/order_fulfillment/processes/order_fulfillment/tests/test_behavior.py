"""What an order does, on a real Temporal server with the activities as they are."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from example.processes.order.v1.order_fulfillment_process_pb2 import (
    CancelOrder,
    CreateShipmentRequest,
    CreateShipmentResponse,
    OrderClosed,
    OrderFulfillmentEvent,
    OrderKey,
    OrderPlaced,
    PaymentAuthorized,
    ShipmentCreated,
)
from google.protobuf.message import Message
from process_runtime.testing import RecordedFacts, serve_process
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from order_fulfillment.activities import activity_functions
from order_fulfillment.client import OrderFulfillmentClient
from order_fulfillment.contract import OrderFulfillmentKey
from order_fulfillment.registration import REGISTRATION
from processes.order_fulfillment.activities_impl import OrderFulfillmentActivitiesImpl
from processes.order_fulfillment.ledger import Ledger

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Activities(OrderFulfillmentActivitiesImpl):
    """The real ones, and a warehouse that may have nothing left."""

    out_of_stock = False

    async def create_shipment(self, request: CreateShipmentRequest) -> CreateShipmentResponse:
        """Refuse for good when there is nothing left."""
        if self.out_of_stock:
            raise ApplicationError("nothing left", type="OutOfStock", non_retryable=True)
        return await super().create_shipment(request)


@dataclass
class Order:
    """One order of a test."""

    client: OrderFulfillmentClient
    key: OrderFulfillmentKey
    ledger: Ledger
    activities: Activities
    facts: RecordedFacts
    number: int = 0

    def envelope(self, payload: Message) -> OrderFulfillmentEvent:
        """Return `payload` in an envelope of its own for this order."""
        self.number += 1
        envelope = OrderFulfillmentEvent()
        envelope.meta.idempotency_key = f"event-{self.number}"
        envelope.meta.schema_version = 1
        envelope.meta.key.tenant_id, envelope.meta.key.order_id = self.key.tenant_id, self.key.order_id
        cases = OrderFulfillmentEvent.DESCRIPTOR.oneofs_by_name["payload"].fields
        case = next(field.name for field in cases if field.message_type is payload.DESCRIPTOR)
        getattr(envelope, case).CopyFrom(payload)
        return envelope

    async def placed(self, *, payment_window: timedelta | None = None) -> None:
        """Place the order now."""
        fact = OrderPlaced(order_id=self.key.order_id)
        fact.placed_at.GetCurrentTime()
        if payment_window is not None:
            fact.payment_window.FromTimedelta(payment_window)
        await self.client.order_placed(self.envelope(fact))

    async def paid(self) -> None:
        """Authorise the payment."""
        await self.client.payment_authorized(self.envelope(PaymentAuthorized(payment_id="pay-1")))

    async def shipped(self) -> None:
        """Confirm the shipment."""
        await self.client.shipment_created(self.envelope(ShipmentCreated(shipment_id="ship-1")))

    async def cancelled(self) -> None:
        """Ask for cancellation."""
        await self.client.cancel_order(self.envelope(CancelOrder(reason="no longer wanted")))

    async def effect(self, name: str) -> None:
        """Wait until the world outside has seen `name`."""
        async with asyncio.timeout(30):
            while name not in self.effects():
                await asyncio.sleep(0.05)

    async def end(self) -> str:
        """Wait for the end and return the final status."""
        result = await self.client.result(self.key)
        assert result.order_id == self.key.order_id
        return result.final_status

    def message_key(self) -> OrderKey:
        """Return the key as facts carry it."""
        return OrderKey(tenant_id=self.key.tenant_id, order_id=self.key.order_id)

    def effects(self) -> list[str]:
        """Return what the world outside has seen, in order."""
        return [effect.name for effect in self.ledger.effects()]


@pytest_asyncio.fixture(loop_scope="session")
async def order(temporal_env: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Order]:
    """A new order, with a worker for it."""
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    activities, facts = Activities(ledger), RecordedFacts()
    functions = activity_functions(activities)
    async with serve_process(temporal_env.client, REGISTRATION, functions, publisher=facts) as queue:
        client = OrderFulfillmentClient(temporal_env.client, task_queue=queue)
        yield Order(client, OrderFulfillmentKey("acme", str(uuid.uuid4())), ledger, activities, facts)


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
    assert order.facts.published == [
        ("orders.OrderClosed.v1", OrderClosed(key=order.message_key(), final_status="cancelled"))
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
    await order.effect("shipment requested")
    await order.cancelled()
    assert await order.end() == "cancelled"
    assert order.effects()[2:] == ["shipment called off", "payment refunded", "customer notified"]


async def test_an_order_that_is_shipped_cannot_be_cancelled(order: Order) -> None:
    await order.placed()
    await order.shipped()
    await order.cancelled()
    await order.paid()
    assert await order.end() == "completed"


async def test_an_order_that_nobody_pays_ends(order: Order) -> None:
    await order.placed(payment_window=timedelta(seconds=1))
    assert await order.end() == "payment_timeout"
    assert order.effects() == ["customer notified"]


async def test_a_payment_is_given_back_when_there_is_nothing_to_ship(order: Order) -> None:
    order.activities.out_of_stock = True
    await order.placed()
    await order.paid()
    with pytest.raises(WorkflowFailureError):
        await order.end()
    assert order.effects() == ["payment captured", "payment refunded"]
