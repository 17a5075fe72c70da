"""The events of orders, and Kafka topics that hold them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from itertools import count, islice

from confluent_kafka import Producer
from example.processes.order.v1.order_fulfillment_process_pb2 import OrderFulfillmentEvent

STORY = ("order_placed", "payment_authorized", "shipment_created", "cancel_order")
"""Payloads of an order; with the first three it is complete, and refuses the fourth."""
_APART = 50
"""Of how many orders the events come in turns: an order's events are that many messages apart."""
_HEADERS: dict[str, str | bytes | None] = {"content-type": "application/protobuf"}


def orders() -> Iterator[str]:
    """Numbers of orders that nobody else has."""
    run = uuid.uuid4().hex
    return (f"{run}-{number}" for number in count())


def events(numbers: Iterable[str], story: Iterable[str]) -> Iterator[OrderFulfillmentEvent]:
    """The events of some orders, those of `_APART` orders in turns."""
    numbers, story = iter(numbers), tuple(story)
    while block := list(islice(numbers, _APART)):
        for payload in story:
            for number in block:
                yield event(number, payload)


def event(number: str, payload: str) -> OrderFulfillmentEvent:
    """One event of an order."""
    made = OrderFulfillmentEvent()
    made.meta.idempotency_key = f"{number}/{payload}"
    made.meta.key.tenant_id, made.meta.key.order_id = "acme", number
    made.meta.schema_version = 1
    made.meta.observed_at.GetCurrentTime()
    fact = getattr(made, payload)
    if payload == "cancel_order":
        fact.reason = "too late"
        return made
    fact.order_id = number
    if payload == "payment_authorized":
        fact.payment_id = f"P-{number}"
    elif payload == "shipment_created":
        fact.shipment_id = f"S-{number}"
    return made


class Topic:
    """A topic of one partition, and what produces into it."""

    def __init__(self, broker: str, name: str) -> None:
        """Prepare a producer for a topic that is there."""
        self.name = name
        self._producer = Producer({"bootstrap.servers": broker, "linger.ms": 5, "log_level": 0})

    def produce(self, made: Iterable[OrderFulfillmentEvent]) -> int:
        """Write events, and return how many once the broker has all of them."""
        written = 0
        for each in made:
            key, value = each.meta.key.order_id.encode(), each.SerializeToString()
            while True:
                try:
                    self._producer.produce(self.name, key=key, value=value, headers=_HEADERS)
                except BufferError:
                    self._producer.poll(0.1)
                else:
                    break
            self._producer.poll(0)
            written += 1
        if left := self._producer.flush(60):
            raise RuntimeError(f"{left} messages are not written")
        return written
