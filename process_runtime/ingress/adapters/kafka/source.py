"""The consumer, in a thread of its own: it fetches when asked, commits, and takes part in rebalances.

librdkafka's consumer is no object for two threads, its calls wait, and it has to be polled every few minutes
whatever happens: so one thread has it, and the event loop asks that thread. The thread is a daemon, as a call
that waits for a broker must not keep the process from ending.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from process_runtime.ingress.adapters.kafka.assignment import Assignment, entry_of
from process_runtime.ingress.adapters.kafka.partition import Partition
from process_runtime.service import ServiceError

__all__ = ["END", "Batch", "KafkaSource"]

logger = logging.getLogger(__name__)

Batch: TypeAlias = list[tuple[Partition, Message]]

_POLL_SECONDS: Final = 0.1
# Pausing throws away what was fetched ahead, so a short wait is borne without.
_PAUSE_AFTER_SECONDS: Final = 1.0
_CLOSE_SECONDS: Final = 10.0

END = KafkaError._PARTITION_EOF
"""The error code of what stands in a batch for the end of a partition."""


class KafkaSource:
    """Messages of the partitions that the group has given to this member."""

    def __init__(
        self,
        config: dict[str, Any],
        topics: Sequence[str],
        *,
        batch_size: int,
        commit_interval: float,
        revoke_timeout: float,
    ) -> None:
        """Prepare a consumer.

        Args:
            config: Of librdkafka's consumer.
            topics: What to subscribe to.
            batch_size: Messages of one fetch, at most.
            commit_interval: Seconds.
            revoke_timeout: Seconds to wait for what is in flight of a partition that is taken away.
        """
        self._config = config
        self._topics = list(topics)
        self._batch_size = batch_size
        self._commit_interval = commit_interval
        self._assignment = Assignment(revoke_timeout)
        self._wanted: asyncio.Future[Batch] | None = None
        self._held: Batch = []
        self._paused = False
        self._idle_since = 0.0
        self._next_commit = 0.0
        self._closing = False
        self._wake = threading.Event()
        self._credentials: tuple[str, str] | None = None
        self._stalled: list[tuple[Partition, int]] = []
        self._fatal: ServiceError | None = None
        self.empty_polls = 0
        """How often there was nothing to give though it was asked for."""

    @property
    def partitions(self) -> list[Partition]:
        """The partitions held now."""
        return self._assignment.partitions

    def start(self, *, on_error: Callable[[KafkaError], None], on_assigned: Callable[[], None]) -> None:
        """Join the group.

        Args:
            on_error: Called in the event loop with what the consumer meets.
            on_assigned: Called in the event loop when the group has given out partitions.

        Raises:
            ServiceError: librdkafka does not take the configuration.
        """
        self._on_error = on_error
        self._on_assigned = on_assigned
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        config = {**self._config, "error_cb": self._tell, "on_commit": self._assignment.committed}
        try:
            self._consumer = Consumer(config)
        except KafkaException as error:
            raise ServiceError(f"Kafka: {error.args[0].str()}") from None
        threading.Thread(target=self._run, name="kafka-consumer", daemon=True).start()

    async def fetch(self) -> Batch:
        """Wait for messages and return them, at most a batch, in the order of each partition.

        Where a partition ended for now, a message with the error `END` stands.

        Raises:
            ServiceError: The consumer cannot go on.
        """
        wanted: asyncio.Future[Batch] = self._loop.create_future()
        self._wanted = wanted
        self._wake.set()
        both: list[asyncio.Future[Any]] = [wanted, self._ended]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not wanted.done():
            wanted.cancel()
            self._ended.result()
            raise ServiceError("Kafka: the consumer has ended")
        return wanted.result()

    def renew(self, credentials: tuple[str, str]) -> None:
        """Log in with other credentials from now on."""
        self._credentials = credentials

    def read_again(self, partition: Partition, offset: int) -> None:
        """Read an idle partition from `offset` on, whatever keeps its messages from coming."""
        self._stalled.append((partition, offset))

    async def close(self) -> None:
        """Commit what is settled and leave the group; not for longer than a broker may take to answer."""
        self._closing = True
        self._wake.set()
        done, _ = await asyncio.wait([self._ended], timeout=_CLOSE_SECONDS)
        if not done:
            logger.warning("Kafka did not answer in time: what was settled last will come again")
        else:
            self._ended.exception()

    # From here on: the consumer's thread.

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            self._consumer.subscribe(
                self._topics,
                on_assign=self._assigned,
                on_revoke=self._revoked,
                on_lost=self._assignment.lose,
            )
            while not self._closing:
                self._turn()
        except ServiceError as problem:
            error = problem
        except KafkaException as problem:
            error = ServiceError(f"Kafka: {problem.args[0].str()}")
        except BaseException as problem:  # noqa: BLE001  (told to the event loop)
            error = problem
        finally:
            self._closing = True
            try:
                self._assignment.commit_and_wait(self._consumer, self.partitions)
                self._consumer.close()
            finally:
                self._call(self._end, error)

    def _turn(self) -> None:
        if self._fatal is not None:
            raise self._fatal
        now = time.monotonic()
        if now >= self._next_commit:
            self._next_commit = now + self._commit_interval
            self._assignment.commit(self._consumer)
        if self._credentials is not None:
            self._consumer.set_sasl_credentials(*self._credentials)
            self._credentials = None
        wanted = self._wanted
        if wanted is None:
            self._idle(now)
            return
        # Asked for more, the event loop has taken all that it was handed.
        self._hold_back()
        self._seek_stalled()
        if self._paused:
            self._paused = False
            self._consumer.resume(
                [entry_of(partition) for partition in self.partitions if not partition.held_back]
            )
        message = self._consumer.poll(_POLL_SECONDS)
        self._serve(message)
        if message is None:
            self.empty_polls += 1
        if self._held:
            for message in self._consumer.consume(self._batch_size - 1, 0):
                self._serve(message)
            # What was revoked while this batch was made is another member's.
            batch = [entry for entry in self._held if not entry[0].given_up]
            self._held = []
            if batch:
                self._wanted = None
                self._idle_since = time.monotonic()
                self._call(_hand_over, wanted, batch)

    def _idle(self, now: float) -> None:
        """Stay a member while nobody wants messages."""
        if not self._paused and now - self._idle_since > _PAUSE_AFTER_SECONDS:
            self._paused = True
            self._consumer.pause(self._consumer.assignment())
        if self._paused:
            self._serve(self._consumer.poll(0))
        self._wake.wait(_POLL_SECONDS)
        self._wake.clear()

    def _hold_back(self) -> None:
        """Read on only in partitions of which not too much would come again."""
        for partition in self.partitions:
            if partition.held_back != partition.is_far_beyond:
                partition.held_back = partition.is_far_beyond
                change = self._consumer.pause if partition.held_back else self._consumer.resume
                change([entry_of(partition)])
                logger.info(
                    "%s/%d is %s at %s",
                    partition.topic,
                    partition.number,
                    "held back by a message" if partition.held_back else "read on",
                    partition.place,
                )

    def _seek_stalled(self) -> None:
        stalled, self._stalled = self._stalled, []
        for partition, offset in stalled:
            if partition.given_up or not partition.is_idle or partition.place not in {None, offset}:
                continue
            self._consumer.resume([entry_of(partition)])
            try:
                self._consumer.seek(entry_of(partition, offset))
            except KafkaException as error:
                logger.warning("%s/%d cannot be sought: %s", partition.topic, partition.number, error)

    def _serve(self, message: Message | None) -> None:
        if message is None:
            return
        error = message.error()
        if error is not None and error.code() != END:
            self._tell(error)
            return
        partition = self._assignment.find(message.topic() or "", message.partition() or 0)
        if partition is not None:
            self._held.append((partition, message))

    def _tell(self, error: KafkaError) -> None:
        if error.fatal() or error.code() == KafkaError._FATAL:
            self._fatal = _fatal(error)
        self._call(self._on_error, error)

    def _assigned(self, consumer: Consumer, entries: list[TopicPartition]) -> None:
        self._assignment.take(consumer, entries, paused=self._paused)
        self._call(self._on_assigned)

    def _revoked(self, consumer: Consumer, entries: list[TopicPartition]) -> None:
        # While closing, the event loop has drained them, or waits no longer.
        self._assignment.give_back(consumer, entries, drain_in=None if self._closing else self._loop)

    def _call(self, function: Callable[..., None], *arguments: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)

    def _end(self, error: BaseException | None) -> None:
        """In the event loop."""
        if self._ended.done():
            return
        if error is None:
            self._ended.set_result(None)
        else:
            self._ended.set_exception(error)


def _hand_over(wanted: asyncio.Future[Batch], batch: Batch) -> None:
    if not wanted.done():
        wanted.set_result(batch)


def _fatal(error: KafkaError) -> ServiceError:
    if error.code() == KafkaError.FENCED_INSTANCE_ID or "fenced" in error.str().lower():
        return ServiceError("Kafka: another member of the group has the same group_instance_id")
    return ServiceError(f"Kafka: the consumer cannot go on: {error.str()}")
