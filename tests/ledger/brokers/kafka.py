"""Kafka: one topic of several partitions, read by one consumer group."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from process_runtime.testing.servers import KafkaBroker
from tests.ledger.brokers.broker import BrokerAwayError

_TOPIC: Final = "tally-events"
_LETTERS: Final = "tally-letters"
_GROUP: Final = "tally"
_PARTITIONS: Final = 6
_SESSION: Final = 6.0
"""Seconds without a word after which a replica loses its partitions: less than the longest pauses."""
_POLL: Final = 0.05
_ANSWER: Final = 30.0
_PATIENCE: Final = 120.0


class Kafka:
    """A broker, and the clients of the producers and of the ledger."""

    def __init__(self, folder: Path) -> None:
        self.server = KafkaBroker(folder / "kafka")

    async def open(self) -> None:
        """Make the topics, and the clients."""
        compacted = {"cleanup.policy": "compact"}
        await asyncio.to_thread(self.server.create_topic, _TOPIC, partitions=_PARTITIONS)
        await asyncio.to_thread(self.server.create_topic, _LETTERS, config=compacted)
        # Retries by itself, in order, and without adding anything twice.
        self._producer = Producer(
            {
                "bootstrap.servers": self.server.address,
                "log_level": 0,
                "enable.idempotence": True,
                "linger.ms": 0,
            }
        )

    def binding(self, replica: int) -> Mapping[str, Any]:
        """Return how a replica consumes the topic."""
        return {
            "kind": "kafka",
            "bootstrap_servers": self.server.address,
            "topics": [_TOPIC],
            "group_id": _GROUP,
            "session_timeout": f"{_SESSION:g}s",
            "content_type": "application/json",
        }

    def dead_letters(self, replica: int) -> Mapping[str, Any]:
        """Return the topic of dead letters."""
        return {"kind": "kafka", "bootstrap_servers": self.server.address, "topic": _LETTERS}

    async def publish(self, key: str, body: bytes) -> None:
        """Produce a message."""
        await asyncio.to_thread(self._publish, key, body)

    async def held(self) -> Sequence[bytes]:
        """Return the messages of one partition after the other."""
        return await asyncio.to_thread(self._held)

    async def waiting(self) -> int:
        """Return how many messages are beyond the commits of the group."""
        return await asyncio.to_thread(self._waiting)

    async def close(self) -> None:
        """Nothing is open: the producer has been answered."""

    def _publish(self, key: str, body: bytes) -> None:
        outcome: list[KafkaError | None] = []

        def delivered(error: KafkaError | None, _: Message) -> None:
            outcome.append(error)

        self._producer.produce(_TOPIC, body, key, on_delivery=delivered)
        # Another thread's poll may call ours back.
        while not outcome:
            self._producer.poll(_POLL)
        if outcome[0] is not None:
            raise BrokerAwayError(outcome[0])

    def _held(self) -> list[bytes]:
        held: list[bytes] = []
        with self._reader() as reader:
            for number in range(_PARTITIONS):
                first, end = _watermarks(reader, number)
                reader.assign([TopicPartition(_TOPIC, number, first)])
                part: list[bytes] = []
                while len(part) < end - first:
                    messages = reader.consume(end - first - len(part), timeout=_PATIENCE)
                    assert messages, f"{len(part)} of {end - first} messages of {number} can be read"
                    # What a broker that is on its way up says is no message, and goes away.
                    part += [message.value() or b"" for message in messages if message.error() is None]
                held += part
        return held

    def _waiting(self) -> int:
        partitions = [TopicPartition(_TOPIC, number) for number in range(_PARTITIONS)]
        try:
            with self._reader() as reader:
                places = reader.committed(partitions, timeout=_ANSWER)
                ends = [_watermarks(reader, place.partition)[1] for place in places]
        except KafkaException as error:
            raise BrokerAwayError(error) from None
        return sum(end - max(place.offset, 0) for end, place in zip(ends, places, strict=True))

    @contextmanager
    def _reader(self) -> Iterator[Consumer]:
        """A consumer that is new: one that has seen a broker go may be slow to find it again."""
        servers = {"bootstrap.servers": self.server.address, "log_level": 0}
        reader = Consumer({**servers, "group.id": _GROUP, "enable.auto.commit": False})
        try:
            yield reader
        finally:
            reader.close()


def _watermarks(reader: Consumer, number: int) -> tuple[int, int]:
    first, end = reader.get_watermark_offsets(TopicPartition(_TOPIC, number), timeout=_ANSWER)
    return first, end
