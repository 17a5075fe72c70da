"""Kafka."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from example.processes.order.v1.order_fulfillment_process_pb2 import OrderClosed
from process_runtime.testing.servers import KafkaBroker

from demo.brokers.broker import JSON, Broker

_EVENTS, _FACTS, _DEAD_LETTERS = "orders", "order-outcomes", "order-dead-letters"
_TIME_LIMIT = 30.0


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator["Kafka"]:
    """Run a broker with the topics that the demo needs."""
    server = KafkaBroker(folder)
    await asyncio.to_thread(server.start)
    try:
        await asyncio.to_thread(server.create_topic, _EVENTS, partitions=4)
        await asyncio.to_thread(server.create_topic, _FACTS)
        compacted = {"cleanup.policy": "compact"}
        await asyncio.to_thread(server.create_topic, _DEAD_LETTERS, config=compacted)
        yield Kafka(server.address)
    finally:
        await asyncio.to_thread(server.stop)


class Kafka(Broker):
    """Orders are keys, so that the events of each stay in their order."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._producer = Producer({"bootstrap.servers": address, "enable.idempotence": True, "log_level": 0})
        server = {"kind": "kafka", "bootstrap_servers": address}
        self.events = {**server, "topics": [_EVENTS]}
        self.facts = {**server, "topic": _FACTS}
        self.dead_letters = {**server, "topic": _DEAD_LETTERS}

    async def send(self, order_id: str, body: str) -> None:
        """Produce an event."""
        self._producer.produce(_EVENTS, key=order_id, value=body, headers={"content-type": JSON})
        if await asyncio.to_thread(self._producer.flush, _TIME_LIMIT):
            raise TimeoutError(f"Kafka did not take an event in {_TIME_LIMIT:.0f} s")

    async def published(self) -> list[OrderClosed]:
        """Read the topic from its beginning to its end."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> list[OrderClosed]:
        settings: dict[str, str | int | bool] = {
            "bootstrap.servers": self._address,
            "group.id": "demo",
            "log_level": 0,
        }
        consumer = Consumer({**settings, "enable.auto.commit": False})
        try:
            _, end = consumer.get_watermark_offsets(TopicPartition(_FACTS, 0), timeout=_TIME_LIMIT)
            consumer.assign([TopicPartition(_FACTS, 0, OFFSET_BEGINNING)])
            messages = consumer.consume(end, timeout=_TIME_LIMIT) if end else []
        finally:
            consumer.close()
        return [OrderClosed.FromString(message.value() or b"") for message in messages]
