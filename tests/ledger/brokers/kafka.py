"""Kafka: one topic of several partitions, read by one consumer group."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
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
        common = {"bootstrap.servers": self.server.address, "log_level": 0}
        # Retries by itself, in order, and without adding anything twice.
        self._producer = Producer({**common, "enable.idempotence": True, "linger.ms": 0})
        self._consumer = Consumer({**common, "group.id": _GROUP, "enable.auto.commit": False})

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
        """Let go of the consumer."""
        await asyncio.to_thread(self._consumer.close)

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
        for number in range(_PARTITIONS):
            first, end = self._watermarks(number)
            self._consumer.assign([TopicPartition(_TOPIC, number, first)])
            part: list[bytes] = []
            while len(part) < end - first:
                messages = self._consumer.consume(end - first - len(part), timeout=_PATIENCE)
                assert messages, f"{len(part)} of {end - first} messages of partition {number} can be read"
                # What a broker that is on its way up says is no message, and goes away.
                part += [message.value() or b"" for message in messages if message.error() is None]
            held += part
        self._consumer.unassign()
        return held

    def _waiting(self) -> int:
        partitions = [TopicPartition(_TOPIC, number) for number in range(_PARTITIONS)]
        try:
            committed = self._consumer.committed(partitions, timeout=_ANSWER)
            return sum(self._watermarks(place.partition)[1] - max(place.offset, 0) for place in committed)
        except KafkaException as error:
            raise BrokerAwayError(error) from None

    def _watermarks(self, number: int) -> tuple[int, int]:
        first, end = self._consumer.get_watermark_offsets(TopicPartition(_TOPIC, number), timeout=_ANSWER)
        return first, end
