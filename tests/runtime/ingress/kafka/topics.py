"""Topics of a test's own, and what tests write to them and find of them."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition
from temporalio.client import Client

from process_runtime.ingress import Subscription
from process_runtime.testing.servers import KafkaBroker
from tests.runtime.ingress.parcels import event, workflow_id

KAFKA = Subscription("parcels", "kafka", "parcels")
GROUP = "parcel.receipt.parcels"
PROTOBUF = {"content-type": "application/protobuf"}


class Topic:
    """A topic with a name that no other test has."""

    def __init__(self, broker: KafkaBroker, folder: Path, *, partitions: int = 1, **config: str) -> None:
        self.broker = broker
        self.name = f"parcels-{uuid.uuid4().hex[:12]}"
        self.group = f"group-{self.name}"
        self.partitions = partitions
        self._folder = folder
        self._asking: Consumer | None = None
        broker.create_topic(
            self.name,
            partitions=partitions,
            config={name.replace("_", "."): value for name, value in config.items()},
        )
        self._producer = Producer({"bootstrap.servers": broker.address, "log_level": 0, "linger.ms": 0})
        self.prefix = uuid.uuid4().hex[:8]
        """Of the keys: Temporal outlives the test."""

    def bindings(self, **options: Any) -> str:
        """Write a bindings file, and return its path."""
        defaults = {
            "bootstrap_servers": self.broker.address,
            "topics": self.name,
            "group_id": self.group,
        }
        file = self._folder / f"bindings-{uuid.uuid4().hex[:6]}.json"
        file.write_text(json.dumps({"parcels": defaults | options}))
        return str(file)

    def key(self, name: str) -> str:
        return f"{self.prefix}{name}"

    def produce(
        self,
        value: bytes | None,
        *,
        key: str | None = None,
        headers: Mapping[str, str | bytes] = PROTOBUF,
        partition: int = -1,
    ) -> None:
        self._producer.produce(
            self.name, value, None if key is None else key.encode(), partition, headers=list(headers.items())
        )

    def post(self, name: str, numbers: Iterable[int], case: str = "posted", partition: int = -1) -> None:
        """Produce valid events of one key."""
        key = self.key(name)
        for number in numbers:
            self.produce(event(case, key, number).SerializeToString(), key=key, partition=partition)
        self.flush()

    def flush(self) -> None:
        assert self._producer.flush(60) == 0

    def committed(self) -> dict[int, int]:
        """The group's place in each partition; nowhere while nobody can tell."""
        entries = [TopicPartition(self.name, number) for number in range(self.partitions)]
        if self._asking is None:
            self._asking = Consumer(
                {"bootstrap.servers": self.broker.address, "group.id": self.group, "log_level": 0}
            )
        try:
            found = self._asking.committed(entries, timeout=5)
        except KafkaException:
            # One that has seen its broker go may be slow to find it again.
            self._asking = None
            return {}
        return {entry.partition: entry.offset for entry in found if entry.offset >= 0}


def messages_of(broker: KafkaBroker, topic: str, count: int) -> list[Message]:
    """Wait for `count` messages from the topic's beginning."""
    consumer = Consumer(
        {
            "bootstrap.servers": broker.address,
            "group.id": uuid.uuid4().hex,
            "auto.offset.reset": "earliest",
            "log_level": 0,
        }
    )
    consumer.subscribe([topic])
    try:
        found: list[Message] = []
        deadline = time.monotonic() + 60
        while len(found) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} messages came"
            found += [message for message in consumer.consume(count, 1) if message.error() is None]
        return found
    finally:
        consumer.close()


def headers_of(message: Message) -> dict[str, str]:
    pairs = cast("list[tuple[str, bytes]]", message.headers() or [])
    return {name: value.decode() for name, value in pairs}


async def applied(client: Client, key: str) -> list[str]:
    """What reached a process, by number, each where it came first; the worker dedupes what came again."""
    events: list[str] = await client.get_workflow_handle(workflow_id(key)).query("events")
    return list(dict.fromkeys(text.split()[-1].removeprefix(f"{key}-") for text in events))
