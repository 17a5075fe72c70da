"""What a binding of kind ``kafka`` says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar, Literal

from confluent_kafka import Consumer
from pydantic import Field

from process_runtime.ingress.adapter import AdapterOptions
from process_runtime.kafka_connection import KafkaOptions, Topics, without_address
from process_runtime.setting_types import Duration, PositiveDuration

__all__ = ["KafkaAdapterOptions"]


class KafkaAdapterOptions(KafkaOptions, AdapterOptions):
    """Options of a binding of kind ``kafka``."""

    owned: ClassVar[frozenset[str]] = frozenset(
        {
            "auto.offset.reset",
            "enable.auto.commit",
            "enable.auto.offset.store",
            "enable.partition.eof",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "partition.assignment.strategy",
            "session.timeout.ms",
        }
    )

    topics: Topics
    """One or more, as a list or with commas between."""
    group_id: str | None = Field(default=None, min_length=1)
    """The consumer group; the processes' names and the subscription's unless set. A new group begins at
    `offset_reset`."""
    group_instance_id: str | None = Field(default=None, min_length=1)
    """Makes this a static member: one that comes back under this name within the session timeout has its
    partitions again at once. Different for each replica, e.g. the pod's name of a StatefulSet."""
    session_timeout: PositiveDuration = timedelta(seconds=6)
    """How soon the partitions of a member that fell silent go to others."""
    offset_reset: Literal["earliest", "latest"] = "earliest"
    """Where to begin in a partition in which the group has no place."""
    content_type: str = ""
    """Of messages that do not say theirs, e.g. ``application/protobuf``."""
    batch_size: int = Field(default=500, ge=1, le=10_000)
    """Messages fetched from the library at once, at most."""
    commit_interval: PositiveDuration = timedelta(milliseconds=500)
    """How often the group's place is kept; what was settled since comes again after a crash."""
    revoke_timeout: Duration = Field(default=timedelta(seconds=10), le=timedelta(minutes=4))
    """How long a partition that goes to another member waits for what is in flight of it."""

    def try_out(self) -> None:
        """Make a consumer that connects nowhere."""
        Consumer(without_address(self.consumer_config("none"))).close()

    def group(self, processes: Sequence[str], subscription: str) -> str:
        """Return the consumer group."""
        return self.group_id or ".".join([*sorted(set(processes)), subscription])

    def consumer_config(self, group: str) -> dict[str, Any]:
        """Return these options as those of librdkafka's consumer.

        Raises:
            OSError: A file of a secret cannot be read.
        """
        session = int(self.session_timeout.total_seconds() * 1000)
        config = {
            # What is fetched ahead is memory, whatever the backlog.
            "queued.min.messages": 2_000,
            "queued.max.messages.kbytes": 16_384,
            "fetch.max.bytes": 16_777_216,
            # New topics and partitions are seen so soon.
            "topic.metadata.refresh.interval.ms": 10_000,
            "heartbeat.interval.ms": max(session // 3, 1),
            **self.client_config(),
            "group.id": group,
            "session.timeout.ms": session,
            "auto.offset.reset": self.offset_reset,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "enable.partition.eof": True,
            "partition.assignment.strategy": "cooperative-sticky",
        }
        if self.group_instance_id is not None:
            config["group.instance.id"] = self.group_instance_id
        return config
