"""A compacted Kafka topic of dead letters: for all replicas of an ingress, and for anybody who reads topics.

A message is a letter: its key the ID, its value the original bytes, its headers the original ones and
``dl-*`` beside them. A letter is dropped by a tombstone of its ID, so compaction keeps what is open and
nothing else.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType
from typing import ClassVar, Final, TypeVar, cast

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition
from pydantic import Field

from process_runtime.dead_letters.letter import DeadLetter, LetterFormatError
from process_runtime.dead_letters.stream import DeadLetterError, DeadLetterOptions, DeadLetterStream
from process_runtime.kafka_connection import Topic, kafka_problem
from process_runtime.kafka_writer import KafkaWriteError, KafkaWriter, KafkaWriterOptions
from process_runtime.setting_types import PositiveDuration

__all__ = ["KafkaDeadLetterOptions", "KafkaDeadLetters"]

logger = logging.getLogger(__name__)

_PATIENCE_SECONDS: Final = 15.0
_RETRY_SECONDS: Final = 0.1
_BATCH: Final = 100
_LEADERLESS: Final = frozenset({KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE})

ResultT = TypeVar("ResultT")
Places = dict[str, tuple[int, int]]
"""Partition and offset by ID."""


class KafkaDeadLetterOptions(KafkaWriterOptions, DeadLetterOptions):
    """Options of a binding of kind ``kafka``."""

    topic: Topic
    """Where letters are kept; ``cleanup.policy=compact``, and best with one partition."""
    timeout: PositiveDuration = Field(default=timedelta(seconds=5), le=timedelta(seconds=25))
    """How long brokers may take to confirm a letter; one that is written twice is there once."""


class KafkaDeadLetters(DeadLetterStream):
    """Letters as messages; a letter is kept when all in-sync replicas have it."""

    options_type: ClassVar[type[DeadLetterOptions]] = KafkaDeadLetterOptions

    def __init__(self, options: KafkaDeadLetterOptions) -> None:
        self._options = options
        self._topic = options.topic
        self._writer = KafkaWriter(options)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the producer."""
        await self._writer.close()

    async def write(self, letter: DeadLetter) -> None:
        """Produce `letter`."""
        await self._produce(letter.id, letter.data, letter.to_headers())

    async def drop(self, letter_id: str) -> None:
        """Produce a tombstone."""
        await self._produce(letter_id, None, {})

    async def letters(self) -> AsyncGenerator[DeadLetter, None]:
        """Read the topic twice: for what is open, and then that, a batch at a time."""
        places = await _in_thread(self._places)
        partitions = {partition for partition, _ in places.values()}
        readers = [self._open_letters(partition, places) for partition in partitions]
        merged = heapq.merge(*readers, key=lambda letter: letter.time)
        try:
            while (letter := await _in_thread(lambda: next(merged, None))) is not None:
                yield letter
        finally:
            for reader in readers:
                await asyncio.to_thread(reader.close)

    async def find(self, letter_id: str) -> DeadLetter | None:
        """Return the open letter of that ID, or None."""

        def find() -> DeadLetter | None:
            place = self._places().get(letter_id)
            if place is None:
                return None
            partition, offset = place
            return next(self._open_letters(partition, {letter_id: place}, offset), None)

        return await _in_thread(find)

    async def _produce(self, letter_id: str, value: bytes | None, headers: dict[str, str]) -> None:
        try:
            await self._writer.write(self._topic, key=letter_id.encode(), value=value, headers=headers)
        except KafkaWriteError as error:
            raise DeadLetterError(f"topic {self._topic}: {error}") from None

    def _places(self) -> Places:
        """Where the open letters are."""
        places: Places = {}
        with self._consumer() as consumer:
            found = consumer.list_topics(self._topic, timeout=_PATIENCE_SECONDS).topics[self._topic]
            if found.error is not None:
                raise KafkaException(found.error)
            for partition in found.partitions:
                for message in self._messages(consumer, partition):
                    if message.value() is None:
                        places.pop(_id(message), None)
                    elif _letter(message) is not None:
                        places[_id(message)] = (partition, message.offset() or 0)
        return places

    def _open_letters(
        self, partition: int, places: Places, begin: int = OFFSET_BEGINNING
    ) -> Generator[DeadLetter, None, None]:
        with self._consumer() as consumer:
            for message in self._messages(consumer, partition, begin):
                is_open = places.get(_id(message)) == (partition, message.offset())
                letter = _letter(message) if is_open else None
                if letter is not None:
                    yield letter

    def _messages(
        self, consumer: Consumer, partition: int, begin: int = OFFSET_BEGINNING
    ) -> Iterator[Message]:
        """The messages of a partition, to where it ends now."""
        place = TopicPartition(self._topic, partition, begin)
        low, end = _edges(consumer, place)
        if low >= end:
            return
        consumer.assign([place])
        while True:
            first = consumer.poll(_PATIENCE_SECONDS)
            if first is None:
                raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
            for message in [first, *consumer.consume(_BATCH, 0)]:
                error, offset = message.error(), message.offset() or 0
                if error is not None and error.code() != KafkaError._PARTITION_EOF:
                    raise KafkaException(error)
                # The last offsets may be no messages: compacted away, or marks of transactions.
                if error is None and offset < end:
                    yield message
                if error is not None or offset >= end - 1:
                    return

    @contextmanager
    def _consumer(self) -> Iterator[Consumer]:
        consumer = Consumer(
            {
                "queued.max.messages.kbytes": 16_384,
                "fetch.wait.max.ms": 50,
                **self._options.client_config(),
                # Needed, and not joined: what is read is said, and nothing is committed.
                "group.id": "dead-letters",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "earliest",
            }
        )
        try:
            yield consumer
        finally:
            consumer.close()


def _edges(consumer: Consumer, place: TopicPartition) -> tuple[int, int]:
    """Where a partition begins and ends; waits for it to have a leader."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return consumer.get_watermark_offsets(place, timeout=_PATIENCE_SECONDS)
        except KafkaException as error:
            if error.args[0].code() not in _LEADERLESS or time.monotonic() > deadline:
                raise
        time.sleep(_RETRY_SECONDS)


def _id(message: Message) -> str:
    return (message.key() or b"").decode(errors="replace")


def _letter(message: Message) -> DeadLetter | None:
    try:
        # The library's type allows for a dict, as a producer may have; what comes is a list of pairs.
        pairs = cast("list[tuple[str, bytes | None]]", message.headers() or [])
        headers = {name: (value or b"").decode(errors="replace") for name, value in pairs}
        return DeadLetter.from_headers(headers, message.value() or b"")
    # The library has no better word for a header's name that is no UTF-8.
    except (LetterFormatError, SystemError, UnicodeDecodeError) as error:
        logger.warning(
            "%s/%s@%s is skipped, being no dead letter: %s",
            message.topic(),
            message.partition(),
            message.offset(),
            error,
        )
        return None


async def _in_thread(work: Callable[[], ResultT]) -> ResultT:
    """Run what waits for Kafka in a thread.

    Raises:
        DeadLetterError: Kafka does not answer, or refuses.
    """
    try:
        return await asyncio.to_thread(work)
    except KafkaException as error:
        raise DeadLetterError(kafka_problem(error.args[0])[1]) from None
    except OSError as error:
        raise DeadLetterError(f"a file of the binding cannot be read: {error.strerror}") from None
