"""Whether Kafka answers, has the topics and lets us in; and how far behind its end this ingress is."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from confluent_kafka import Consumer, KafkaError, KafkaException

from process_runtime.health import Condition
from process_runtime.ingress.adapters.kafka.assignment import entry_of
from process_runtime.ingress.adapters.kafka.options import KafkaAdapterOptions
from process_runtime.ingress.adapters.kafka.partition import Partition
from process_runtime.ingress.adapters.kafka.source import KafkaSource
from process_runtime.ingress.adapters.kafka.stall import StallWatch
from process_runtime.kafka_connection import Problem, kafka_problem
from process_runtime.metrics import Metrics

__all__ = ["KafkaMonitor", "Watched"]

logger = logging.getLogger(__name__)

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
    source: KafkaSource
    """The consumer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What one look has found."""

    problem: Problem | None = None
    """What keeps messages from coming."""
    ends: Mapping[Partition, int] | None = None
    """Where partitions end; None while nobody can tell."""
    starts: Mapping[Partition, int] = field(default_factory=dict)
    """Where the group is in partitions of which nothing has come yet."""


class KafkaMonitor:
    """Asks the brokers every second, on connections of its own: the consumer's are busy, or paused.

    It asks in a thread, with a consumer that never subscribes: librdkafka's admin requests, which would not
    wait, may abort the process when brokers come and go.
    """

    def __init__(
        self, options: KafkaAdapterOptions, watched: Watched, condition: Condition, metrics: Metrics
    ) -> None:
        self._options = options
        self._watched = watched
        self._condition = condition
        self._metrics = metrics
        self._credentials = options.credentials()
        self._told: Problem | None = ("Starting", "")
        self._refusal: Problem | None = None
        self._group_problem: Problem | None = None
        self._shown: set[tuple[str, str]] = set()
        self._stalls = StallWatch()
        self._stalled: dict[Partition, int | None] = {}
        self._stopped = threading.Event()

    def start(self) -> None:
        """Watch until stopped."""
        self._loop = asyncio.get_running_loop()
        config = self._options.consumer_config(self._watched.group)
        # Its name in the group is the other's.
        config.pop("group.instance.id", None)
        # A daemon, as a request that waits for a broker must not keep the process from ending.
        threading.Thread(target=self._run, args=[Consumer(config)], name="kafka-monitor", daemon=True).start()

    def stop(self) -> None:
        """Tell nothing any more."""
        self._stopped.set()

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

    def _note(self, seen: _Seen) -> None:
        """In the event loop."""
        if self._stopped.is_set():
            return
        stalled = None
        if seen.problem is None:
            self._refusal = None
            if seen.ends is not None:
                lags = _lags(seen.ends, seen.starts)
                self._show_lag(lags)
                self._read_stalled_again(lags, seen.starts)
                stalled = self._stall_problem(lags)
        self._tell(seen.problem or self._group_problem or stalled)

    def _read_stalled_again(self, lags: Mapping[Partition, int], starts: Mapping[Partition, int]) -> None:
        source = self._watched.source
        for partition in self._stalls.look(time.monotonic(), lags, source.empty_polls):
            offset = _place(partition, starts)
            if offset is not None:
                self._stalled[partition] = partition.place
                source.read_again(partition, offset)

    def _stall_problem(self, lags: Mapping[Partition, int]) -> Problem | None:
        self._stalled = {
            partition: place
            for partition, place in self._stalled.items()
            if lags.get(partition) and partition.place == place
        }
        names = ", ".join(f"{partition.topic}/{partition.number}" for partition in self._stalled)
        return ("Stalled", f"messages wait, but none come: read again: {names}") if names else None

    def _tell(self, problem: Problem | None) -> None:
        # The condition has other causes too: that Kafka still answers makes it no more ready than it is.
        if problem == self._told and (problem is None or not self._condition.is_ready):
            return
        self._told = problem
        if problem is None:
            logger.info("subscription %s: Kafka answers", self._watched.subscription)
            self._condition.ready()
        else:
            logger.warning("subscription %s: %s", self._watched.subscription, problem[1])
            self._condition.not_ready(*problem)

    def _show_lag(self, lags: Mapping[Partition, int]) -> None:
        gauge, subscription = self._metrics.partition_lag, self._watched.subscription
        shown, total = set(), 0
        for partition, lag in lags.items():
            labels = (partition.topic, str(partition.number))
            gauge.labels(subscription, *labels).set(lag)
            shown.add(labels)
            total += lag
        for labels in self._shown - shown:
            gauge.remove(subscription, *labels)
        self._shown = shown
        self._metrics.lag.labels(subscription).set(total)

    # From here on: the monitor's thread.

    def _run(self, client: Consumer) -> None:
        try:
            while not self._stopped.is_set():
                seen = self._look(client)
                if not self._loop.is_closed():
                    self._loop.call_soon_threadsafe(self._note, seen)
                self._stopped.wait(_INTERVAL)
        except Exception:  # what is only watched must not end what is done
            logger.exception("Kafka is not watched any longer")
        finally:
            client.close()

    def _look(self, client: Consumer) -> _Seen:
        try:
            for topic in self._options.topics:
                error = client.list_topics(topic, timeout=_TIMEOUT).topics[topic].error
                if error is not None:
                    reason, message = kafka_problem(error)
                    return _Seen(problem=(reason, f"{message}: {topic}"))
        except KafkaException as error:
            if self._refusal is not None:
                self._renew_credentials(client)
            return _Seen(problem=self._refusal or kafka_problem(error.args[0]))
        try:
            return self._look_at_partitions(client, self._watched.source.partitions)
        except KafkaException as error:
            # Leaders are changing, say; the next look tells.
            logger.debug("the lag is not known now: %s", error)
            return _Seen()

    def _look_at_partitions(self, client: Consumer, partitions: Sequence[Partition]) -> _Seen:
        edges = {
            partition: client.get_watermark_offsets(entry_of(partition), timeout=_TIMEOUT)
            for partition in partitions
        }
        untouched = [partition for partition in partitions if partition.place is None]
        committed = client.committed([entry_of(partition) for partition in untouched], timeout=_TIMEOUT)
        places = {(entry.topic, entry.partition): entry.offset for entry in committed}
        new = 0 if self._options.offset_reset == "earliest" else 1
        starts = {}
        for partition in untouched:
            place = places.get((partition.topic, partition.number), -1)
            starts[partition] = place if place >= 0 else edges[partition][new]
        return _Seen(ends={partition: edge[1] for partition, edge in edges.items()}, starts=starts)

    def _renew_credentials(self, client: Consumer) -> None:
        """Log in with what the files say now, if that is something else."""
        try:
            credentials = self._options.credentials()
        except OSError as error:
            logger.warning("the credentials cannot be read: %s", error.strerror)
            return
        if credentials != self._credentials:
            self._credentials = credentials
            client.set_sasl_credentials(*credentials)
            self._watched.source.renew(credentials)


def _place(partition: Partition, starts: Mapping[Partition, int]) -> int | None:
    """Where the group is in a partition, as far as that is known."""
    return starts.get(partition) if partition.place is None else partition.place


def _lags(ends: Mapping[Partition, int], starts: Mapping[Partition, int]) -> dict[Partition, int]:
    """How many messages wait in each partition, where that is known."""
    lags = {}
    for partition, end in ends.items():
        place = _place(partition, starts)
        if place is not None and not partition.given_up:
            lags[partition] = max(end - place, 0)
    return lags
