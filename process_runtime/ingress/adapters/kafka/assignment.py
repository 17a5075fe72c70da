"""What the group has given to this member, and how far it is committed; all of it the consumer's thread's."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from collections.abc import Sequence

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from process_runtime.ingress.adapters.kafka.partition import Partition

__all__ = ["Assignment", "entry_of"]

logger = logging.getLogger(__name__)


class Assignment:
    """The partitions that this member holds, over rebalances and commits."""

    def __init__(self, revoke_timeout: float) -> None:
        """Begin without any.

        Args:
            revoke_timeout: Seconds to wait for what is in flight of a partition that is taken away.
        """
        self._revoke_timeout = revoke_timeout
        self._partitions: dict[tuple[str, int], Partition] = {}

    @property
    def partitions(self) -> list[Partition]:
        """The partitions held now."""
        return list(self._partitions.values())

    def find(self, topic: str, number: int) -> Partition | None:
        """The partition, if it is held."""
        return self._partitions.get((topic, number))

    def take(self, consumer: Consumer, entries: list[TopicPartition], *, paused: bool) -> None:
        """Hold what the group has given.

        Args:
            consumer: The member of the group.
            entries: What is given.
            paused: Whether nothing is to be fetched of them yet.
        """
        consumer.incremental_assign(entries)
        if paused and entries:
            consumer.pause(entries)
        elif entries:
            # One that was lost while paused may come back so.
            consumer.resume(entries)
        for entry in entries:
            self._partitions[entry.topic, entry.partition] = Partition(entry.topic, entry.partition)
        if entries:
            logger.info("partitions assigned: %s", _names(entries))

    def give_back(
        self,
        consumer: Consumer,
        entries: list[TopicPartition],
        *,
        drain_in: asyncio.AbstractEventLoop | None,
    ) -> None:
        """Let the group have partitions back, with what is settled of them committed.

        Args:
            consumer: The member of the group.
            entries: What is wanted back.
            drain_in: The loop in which to wait first for what is in flight of them; None not to wait.
        """
        partitions = self._remove(entries)
        if partitions and drain_in is not None:
            logger.info("partitions revoked: %s", _names(entries))
            self._drain(partitions, drain_in)
        self.commit_and_wait(consumer, partitions)
        consumer.incremental_unassign(entries)

    def lose(self, consumer: Consumer, entries: list[TopicPartition]) -> None:
        """Let go of what others may have already: what is in flight ends by itself, and is not committed."""
        logger.warning("partitions lost: %s", _names(entries))
        for partition in self._remove(entries):
            partition.given_up = True
        consumer.incremental_unassign(entries)

    def commit(self, consumer: Consumer) -> None:
        """Tell the group how far each partition is settled, without waiting for it to answer."""
        moved = _moved(self.partitions)
        if moved:
            try:
                consumer.commit(offsets=moved, asynchronous=True)
            except KafkaException as error:
                self.committed(error.args[0], moved)
                return
            for entry in moved:
                self._partitions[entry.topic, entry.partition].committed = entry.offset

    def commit_and_wait(self, consumer: Consumer, partitions: Sequence[Partition]) -> None:
        """Tell the group how far these are settled, and wait until it knows or cannot be told."""
        moved = _moved(partitions)
        if moved:
            try:
                consumer.commit(offsets=moved, asynchronous=False)
            except KafkaException as error:
                logger.warning("the place in %s is not kept: %s", _names(moved), error.args[0].name())

    def committed(self, error: KafkaError | None, entries: list[TopicPartition]) -> None:
        """Have what was not committed committed again."""
        for entry in entries:
            partition = self.find(entry.topic, entry.partition)
            if partition is not None and (error or entry.error) is not None:
                partition.committed = None
                logger.debug("not committed: %s", error or entry.error)

    def _remove(self, entries: list[TopicPartition]) -> list[Partition]:
        found = [self._partitions.pop((entry.topic, entry.partition), None) for entry in entries]
        return [partition for partition in found if partition is not None]

    def _drain(self, partitions: Sequence[Partition], loop: asyncio.AbstractEventLoop) -> None:
        async def give_up() -> None:
            await asyncio.gather(*(partition.give_up() for partition in partitions))

        for partition in partitions:
            partition.given_up = True
        drained = asyncio.run_coroutine_threadsafe(give_up(), loop)
        try:
            drained.result(self._revoke_timeout)
        except concurrent.futures.TimeoutError:
            drained.cancel()
            logger.warning("not all that was in flight has settled in time: it comes again elsewhere")


def entry_of(partition: Partition, offset: int | None = None) -> TopicPartition:
    """The partition as librdkafka names it, at an offset if one is given."""
    if offset is None:
        return TopicPartition(partition.topic, partition.number)
    return TopicPartition(partition.topic, partition.number, offset)


def _moved(partitions: Sequence[Partition]) -> list[TopicPartition]:
    return [
        entry_of(partition, settled)
        for partition in partitions
        if (settled := partition.settled) is not None and settled != partition.committed
    ]


def _names(entries: Sequence[TopicPartition]) -> str:
    return ", ".join(f"{entry.topic}/{entry.partition}" for entry in entries)
