"""What a binding of kind ``nats`` says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from process_runtime.ingress.adapter import AdapterOptions
from process_runtime.nats_connection import NatsOptions, seconds_as_nanoseconds
from process_runtime.setting_types import Count, Duration, PositiveDuration

__all__ = ["GROUP", "ConsumerName", "NatsAdapterOptions", "shared_name"]

GROUP: Final = "ingress"
"""The priority group of our consumers: each has one, and who is pinned in it takes the messages."""

_PARTITION: Final = "{partition}"

_Name = Annotated[str, Field(pattern=r"^[^\s.*>/\\\x00]+$")]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def shared_name(processes: Iterable[str], subscription: str) -> str:
    """Return what replicas share by default.

    With the processes' names: those of another ingress, which may name a subscription alike, need every
    message for themselves.
    """
    return "_".join([*sorted(set(processes)), subscription])


@dataclass(frozen=True)
class ConsumerName:
    """Which consumer."""

    stream: str
    durable: str

    @property
    def path(self) -> str:
        """As the subjects of JetStream's API end."""
        return f"{self.stream}.{self.durable}"


class NatsAdapterOptions(AdapterOptions, NatsOptions):
    """Options of a binding of kind ``nats``."""

    stream: _Name | None = None
    """The JetStream stream; it has to exist. Without one only requests are taken."""
    durable: _Name | None = None
    """Name of the durable consumer, shared by all replicas; see `shared_name`."""
    subjects: Annotated[list[str], BeforeValidator(_as_list)] = Field(default_factory=list)
    """Filters of the consumer; everything in the stream unless set."""
    partitions: int = Field(default=1, ge=1, le=256)
    """How many consumers share the work: ``{partition}`` in `durable` and `subjects` is 0, 1, ..."""
    create: bool = True
    """Whether to create the consumer, and to change one that differs; else it has to be as it is to be."""
    deliver_policy: Literal["all", "new", "by_start_sequence", "by_start_time"] = "all"
    """Where a consumer begins that is created."""
    start_sequence: int | None = Field(default=None, ge=1)
    start_time: datetime | None = None
    ack_wait: Annotated[Duration, Field(ge=timedelta(seconds=1))] = timedelta(seconds=30)
    """After how long without a word JetStream delivers a message again."""
    max_ack_pending: Count = 1000
    """How many messages may be delivered and not acknowledged."""
    batch: Annotated[int, Field(ge=1, le=10_000)] = 100
    """How many messages are asked for at once."""
    takeover: Annotated[Duration, Field(ge=timedelta(seconds=1))] = timedelta(seconds=5)
    """After how long without a word another replica takes over."""
    content_type: str = ""
    """Of messages that name none."""
    request_subject: str | None = None
    """Where requests are taken, each answered with what became of it."""
    request_queue: str | None = None
    """Queue group that shares the requests; see `shared_name`."""
    request_timeout: PositiveDuration = timedelta(seconds=10)
    """How long to try before the sender is told to come again."""
    reply_timeout: PositiveDuration = timedelta(seconds=30)
    """How long to wait for the reply of an update once the process has it."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.stream is None and self.request_subject is None:
            raise ValueError("name a stream, a request_subject or both")
        if (self.deliver_policy == "by_start_sequence") != (self.start_sequence is not None):
            raise ValueError("deliver_policy by_start_sequence and start_sequence come together")
        if (self.deliver_policy == "by_start_time") != (self.start_time is not None):
            raise ValueError("deliver_policy by_start_time and start_time come together")
        if self.partitions > 1:
            parts = [self.durable or "", *(self.subjects or [""])]
            if not all(_PARTITION in part for part in parts):
                raise ValueError("with partitions, durable and each of subjects hold {partition}")
        return self

    def consumer_name(self, shared: str, partition: int) -> ConsumerName:
        """Return the name of one partition's consumer; `shared` unless the binding has one."""
        durable = self.durable or shared
        return ConsumerName(self.stream or "", durable.replace(_PARTITION, str(partition)))

    def consumer_config(self, partition: int) -> dict[str, Any]:
        """Return what the consumer of one partition has to be, as JetStream writes it.

        Only what an existing consumer can be changed to; see `beginning` for the rest.
        """
        return {
            "filter_subjects": [subject.replace(_PARTITION, str(partition)) for subject in self.subjects],
            "ack_wait": seconds_as_nanoseconds(self.ack_wait.total_seconds()),
            "max_ack_pending": self.max_ack_pending,
            # A message is tried for as long as it takes, or kept as a dead letter; JetStream gives up none.
            "max_deliver": -1,
            "priority_policy": "pinned_client",
            "priority_groups": [GROUP],
            "priority_timeout": seconds_as_nanoseconds(self.takeover.total_seconds()),
        }

    def beginning(self) -> dict[str, Any]:
        """Return the rest of the configuration of a consumer that is created."""
        config: dict[str, Any] = {"ack_policy": "explicit", "deliver_policy": self.deliver_policy}
        if self.start_sequence is not None:
            config["opt_start_seq"] = self.start_sequence
        if self.start_time is not None:
            config["opt_start_time"] = self.start_time.astimezone().isoformat()
        return config
