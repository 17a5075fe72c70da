"""What happens to the three orders: the events, the faults among them, and the order of things."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import httpx
from example.processes.order.v1.order_fulfillment_process_pb2 import (
    CancelOrder,
    OrderFulfillmentEvent,
    OrderPlaced,
    PaymentAuthorized,
    ShipmentCreated,
)
from google.protobuf import json_format
from google.protobuf.message import Message
from temporalio.service import RPCError

from demo.system import System
from order_fulfillment.contract import OrderFulfillmentKey

TENANT = "acme"
ORDERS = ("A-1001", "A-1002", "A-1003")
MALFORMED = '{"meta": {"idempotencyKey": "broken'


def key_of(order_id: str) -> OrderFulfillmentKey:
    """Return the business key of an order."""
    return OrderFulfillmentKey(tenant_id=TENANT, order_id=order_id)


def event(order_id: str, payload: Message, *, key: str | None = None) -> OrderFulfillmentEvent:
    """Return `payload` in its envelope.

    Args:
        order_id: the order it is about.
        payload: one of the envelope's payload messages.
        key: the idempotency key; by default one for each kind of event and order.
    """
    envelope = OrderFulfillmentEvent()
    meta = envelope.meta
    meta.idempotency_key = key or f"{order_id}/{payload.DESCRIPTOR.name}"
    meta.key.tenant_id, meta.key.order_id = TENANT, order_id
    meta.schema_version = 1
    meta.source = "demo"
    meta.observed_at.GetCurrentTime()
    cases = OrderFulfillmentEvent.DESCRIPTOR.oneofs_by_name["payload"].fields
    case = next(field.name for field in cases if field.message_type is payload.DESCRIPTOR)
    getattr(envelope, case).CopyFrom(payload)
    return envelope


def placed(order_id: str) -> OrderFulfillmentEvent:
    """Return the fact that the order was placed now."""
    fact = OrderPlaced(order_id=order_id)
    fact.placed_at.GetCurrentTime()
    return event(order_id, fact)


def paid(order_id: str) -> OrderFulfillmentEvent:
    """Return the fact that its payment was authorised."""
    return event(order_id, PaymentAuthorized(order_id=order_id, payment_id=f"pay-{order_id}"))


def shipped(order_id: str) -> OrderFulfillmentEvent:
    """Return the fact that the warehouse made a shipment."""
    return event(order_id, ShipmentCreated(order_id=order_id, shipment_id=f"ship-{order_id}"))


def cancelled(order_id: str) -> OrderFulfillmentEvent:
    """Return the command to cancel it."""
    return event(order_id, CancelOrder(reason="the customer changed their mind"))


@dataclass
class Story:
    """Sends the events, and remembers what was sent and which statuses came back."""

    system: System
    sent: Counter[str] = field(default_factory=Counter)
    results: dict[str, str] = field(default_factory=dict)

    async def tell(self) -> None:
        """Tell all three orders at once and wait until each has ended."""
        await asyncio.gather(
            self._plain(*ORDERS[:1]), self._out_of_order(ORDERS[1]), self._cancelled(ORDERS[2])
        )

    async def _plain(self, order_id: str) -> None:
        """Over HTTP, OrderPlaced twice; and an event that comes after the end."""
        await self.post(placed(order_id))
        await self.post(placed(order_id))
        await self.post(paid(order_id))
        await self.reached(order_id, "awaiting shipment")
        await self.post(shipped(order_id))
        await self.ended(order_id)
        await self.append(order_id, _json(event(order_id, CancelOrder(reason="too late"))))

    async def _out_of_order(self, order_id: str) -> None:
        """In a JSON Lines file, the payment before the order, with a line that is cut off between them."""
        await self.append(order_id, _json(paid(order_id)), MALFORMED, _json(placed(order_id)))
        await self.reached(order_id, "awaiting shipment")
        await self.append(order_id, _json(shipped(order_id)))
        await self.ended(order_id)

    async def _cancelled(self, order_id: str) -> None:
        """Over HTTP, cancelled when payment is taken and the shipment asked for."""
        await self.post(placed(order_id))
        await self.post(paid(order_id))
        await self.reached(order_id, "awaiting shipment")
        await self.post(cancelled(order_id))
        await self.ended(order_id)

    async def post(self, envelope: OrderFulfillmentEvent) -> None:
        """Post an event to the ingress, again for as long as it says to come again; or give it to the broker."""
        order_id = envelope.meta.key.order_id
        if self.system.broker is not None:
            await self.append(order_id, _json(envelope))
            return
        self.sent[order_id] += 1
        url = f"{self.system.ingress_url}/events/orders-facts"
        async with httpx.AsyncClient(timeout=30) as client:
            while True:
                response = await client.post(
                    url, content=_json(envelope), headers={"Content-Type": "application/json"}
                )
                if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    response.raise_for_status()
                    return
                await asyncio.sleep(float(response.headers.get("Retry-After", "1")))

    async def append(self, order_id: str, *lines: str) -> None:
        """Append lines to the file that the ingress follows; or give them to the broker, each as a message."""
        self.sent[order_id] += len(lines)
        if self.system.broker is not None:
            for line in lines:
                await self.system.broker.send(order_id, line)
            return
        with self.system.import_file.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)

    async def phase(self, order_id: str) -> str:
        """Return the phase an order is in; empty while it is not known."""
        try:
            return await self.system.orders.phase(key_of(order_id))
        except RPCError:
            return ""

    async def reached(self, order_id: str, phase: str) -> None:
        """Wait until an order is in `phase`."""
        while await self.phase(order_id) != phase:
            await asyncio.sleep(0.1)

    async def ended(self, order_id: str) -> None:
        """Wait for an order's result."""
        result = await self.system.orders.result(key_of(order_id))
        self.results[order_id] = result.final_status


def _json(message: Message) -> str:
    return json_format.MessageToJson(message, indent=None)
