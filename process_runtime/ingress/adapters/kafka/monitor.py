"""Whether Kafka answers, has the topics and lets us in; and how far behind its end this ingress is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    OffsetSpec,
)

from process_runtime.health import Condition
from process_runtime.ingress.adapters.kafka.options import KafkaAdapterOptions
from process_runtime.ingress.adapters.kafka.partition import Partition
from process_runtime.kafka_connection import kafka_problem
from process_runtime.metrics import Metrics

__all__ = ["KafkaMonitor", "Watched"]

logger = logging.getLogger(__name__)

_EARLIEST: Final = OffsetSpec.earliest()  # type: ignore[no-untyped-call]
_LATEST: Final = OffsetSpec.latest()  # type: ignore[no-untyped-call]
_INTERVAL: Final = 1.0
_TIMEOUT: Final = 3.0  # with the interval, less than the 5 s within which readiness has to tell
_REFUSALS: Final = frozenset(
    {KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED, KafkaError._SSL}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a monitor looks at."""

    subscription: str
    group: str
    partitions: Callable[[], list[Partition]]
    """Those held now."""
    renew: Callable[[tuple[str, str]], None]
    """Logs the consumer in with other credentials."""


class KafkaMonitor:
    """Asks the brokers every second, on connections of its own: the consumer's are busy, or paused."""

    def __init__(
        self, options: KafkaAdapterOptions, watched: Watched, condition: Condition, metrics: Metrics
    ) -> None:
        self._options = options
        self._watched = watched
        self._condition = condition
        self._metrics = metrics
        self._admin = AdminClient(options.client_config())
        self._credentials = options.credentials()
        self._told: tuple[str, str] | None = ("Starting", "")
        self._refusal: tuple[str, str] | None = None
        self._group_problem: tuple[str, str] | None = None
        self._shown: set[tuple[str, str]] = set()

    def consumer_told(self, error: KafkaError) -> None:
        """Note what the consumer met; what says more than that no broker answers is kept until it is over."""
        logger.debug("the consumer met %s", error)
        if error.code() in _REFUSALS:
            self._refusal = kafka_problem(error)
        elif error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
            self._group_problem = kafka_problem(error)

    def consumer_assigned(self) -> None:
        """Note that the group has given out partitions."""
        self._group_problem = None

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            try:
                problem = await self._problem() or self._group_problem
                if problem is None:
                    await self._show_lag()
            except Exception:  # what is only watched must not end what is done
                logger.exception("Kafka cannot be watched")
            else:
                self._tell(problem)
            await asyncio.sleep(_INTERVAL)

    def _tell(self, problem: tuple[str, str] | None) -> None:
        # Only what has changed: the condition has other causes too.
        if problem == self._told:
            return
        self._told = problem
        if problem is None:
            logger.info("subscription %s: Kafka answers", self._watched.subscription)
            self._condition.ready()
        else:
            logger.warning("subscription %s: %s", self._watched.subscription, problem[1])
            self._condition.not_ready(*problem)

    async def _problem(self) -> tuple[str, str] | None:
        """What keeps messages from coming, or None."""
        self._admin.poll(0)
        asked = self._admin.describe_topics(TopicCollection(self._options.topics), request_timeout=_TIMEOUT)
        for topic, answer in asked.items():
            try:
                await asyncio.wrap_future(answer)
            except KafkaException as error:
                reason, message = kafka_problem(error.args[0])
                if reason == "UpstreamUnavailable" and self._refusal is not None:
                    self._renew_credentials()
                    return self._refusal
                return reason, f"{message}: {topic}" if "topic" in message else message
        self._refusal = None
        return None

    def _renew_credentials(self) -> None:
        """Log in with what the files say now, if that is something else."""
        try:
            credentials = self._options.credentials()
        except OSError as error:
            logger.warning("the credentials cannot be read: %s", error.strerror)
            return
        if credentials != self._credentials:
            self._credentials = credentials
            self._admin.set_sasl_credentials(*credentials)
            self._watched.renew(credentials)

    async def _show_lag(self) -> None:
        partitions = self._watched.partitions()
        gauge, subscription = self._metrics.partition_lag, self._watched.subscription
        ends = await self._offsets(partitions, _LATEST)
        await self._find_first([partition for partition in partitions if partition.place is None])
        shown, total = set(), 0
        for partition in partitions:
            end, place = ends.get(_key(partition)), partition.place
            if end is None or place is None:
                continue
            labels = (partition.topic, str(partition.number))
            shown.add(labels)
            lag = max(end - place, 0)
            total += lag
            gauge.labels(subscription, *labels).set(lag)
        for labels in self._shown - shown:
            gauge.remove(subscription, *labels)
        self._shown = shown
        self._metrics.lag.labels(subscription).set(total)

    async def _find_first(self, partitions: Sequence[Partition]) -> None:
        """Find where the group is in partitions of which nothing has come yet."""
        if not partitions:
            return
        entries = [TopicPartition(partition.topic, partition.number) for partition in partitions]
        asked = self._admin.list_consumer_group_offsets(
            [ConsumerGroupTopicPartitions(self._watched.group, entries)], request_timeout=_TIMEOUT
        )
        found = await _answer(asked[self._watched.group])
        if found is None:
            return
        places = {(entry.topic, entry.partition): entry.offset for entry in found.topic_partitions}
        new = [partition for partition in partitions if places.get(_key(partition), -1) < 0]
        start = _EARLIEST if self._options.offset_reset == "earliest" else _LATEST
        starts = await self._offsets(new, start)
        for partition in partitions:
            place = starts.get(_key(partition)) if partition in new else places[_key(partition)]
            if partition.first is None:
                partition.first = place

    async def _offsets(
        self, partitions: Sequence[Partition], which: OffsetSpec
    ) -> dict[tuple[str, int], int]:
        """Return the offsets that could be had."""
        if not partitions:
            return {}
        entries = {TopicPartition(partition.topic, partition.number): which for partition in partitions}
        asked = self._admin.list_offsets(entries, request_timeout=_TIMEOUT)
        answers = await asyncio.gather(*(_answer(answer) for answer in asked.values()))
        return {
            (entry.topic, entry.partition): answer.offset
            for entry, answer in zip(asked, answers, strict=True)
            if answer is not None
        }


async def _answer(future: Any) -> Any:
    """The result of a request, or None if there is none now."""
    try:
        return await asyncio.wrap_future(future)
    except KafkaException as error:
        logger.debug("not answered: %s", error)
        return None


def _key(partition: Partition) -> tuple[str, int]:
    return partition.topic, partition.number
