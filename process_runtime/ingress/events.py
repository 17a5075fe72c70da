"""What passes from stage to stage: a message, the event in it, and what became of the event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from google.protobuf.message import Message

from process_runtime.contract import EventMeta
from process_runtime.ingress.router import EventRoute, Router
from process_runtime.telemetry import EventSpan

__all__ = [
    "EventResult",
    "Outcome",
    "RawMessage",
    "Reason",
    "Refusal",
    "Rejection",
    "RoutedEvent",
    "Transient",
]

NO_SPAN: Final = EventSpan()


class Reason(StrEnum):
    """Why an event can never succeed."""

    UNDECODABLE = "undecodable"
    """The bytes are not an event of any process served here."""
    INVALID = "invalid"
    """A required field is empty, or parts of the event contradict each other."""
    UNKNOWN_TYPE = "unknown_type"
    """The contract does not know the payload's type, perhaps not yet."""
    LATE = "late"
    """The process for this key has closed, and its reuse policy starts no other."""
    NO_PROCESS = "no_process"
    """The event cannot start a process, and none ran for as long as it waited."""
    REJECTED = "rejected"
    """The process refused the command, or failed to handle it."""
    TOO_LARGE = "too_large"
    """Larger than the ingress or Temporal takes."""


class Outcome(StrEnum):
    """What became of one event."""

    DELIVERED = "delivered"
    """Temporal has it."""
    DUPLICATE = "duplicate"
    """Temporal has had it before."""
    REJECTED = "rejected"
    """It can never succeed; see the reason."""
    TOMBSTONE = "tombstone"
    """The message holds no event, on purpose."""
    IGNORED = "ignored"
    """Its type is not known here, and such events are to be passed over."""
    RETRY = "retry"
    """It was not delivered now and has to come again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A message as its adapter got it."""

    subscription: str
    adapter: str
    position: str
    """Where the adapter found it, e.g. ``orders/3@1042``; for people and for the dead-letter stream."""
    body: bytes
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case. Never credentials: headers are kept in dead letters."""
    key: bytes | None = None
    """The broker's own key of the message, if it has one; for dead letters, not for routing."""
    tombstone: bool = False
    """Whether the message says that what its key names is gone, e.g. a Kafka record without a value. It is no
    event of any process."""
    attributes: Mapping[str, str | int] = field(default_factory=dict)
    """Where it was found, in OpenTelemetry's names, e.g. ``messaging.destination.name``; for traces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What the process itself answered, for the caller alone; it may hold data."""

    type: str
    """Stable name of the reason, e.g. ``Overdrawn``."""
    message: str
    details: Sequence[Any] = ()


class Rejection(Exception):  # noqa: N818  (a verdict on the message, not a fault of the program)
    """This event can never succeed.

    Attributes:
        reason: Which kind of never.
        detail: What is wrong, in words that hold no value from the message.
        process: Name of the process the event was for, if known.
        unsupported_media_type: The content type is none that the ingress takes.
        refusal: What the process itself answered, if it did.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str,
        *,
        process: str = "",
        unsupported_media_type: bool = False,
        refusal: Refusal | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.process = process
        self.unsupported_media_type = unsupported_media_type
        self.refusal = refusal


class Transient(Exception):  # noqa: N818  (expected in operation; the event is tried again)
    """The event could not be delivered now; nothing is wrong with it.

    Attributes:
        away: Temporal is known to be away, so that trying again at once is of no use.
        overloaded: Temporal has more calls than it can answer in time.
    """

    def __init__(self, detail: str, *, away: bool = False, overloaded: bool = False) -> None:
        super().__init__(detail)
        self.away = away
        self.overloaded = overloaded


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedEvent:
    """An event that is valid and knows where it goes."""

    message: RawMessage
    router: Router[Any]
    envelope: Message
    meta: EventMeta
    route: EventRoute
    workflow_id: str
    start: Message | None
    """The start message, where the delivery may start a process."""
    span: EventSpan = NO_SPAN
    """What tracing knows of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventResult:
    """What became of one event of a message."""

    outcome: Outcome
    workflow_id: str = ""
    event_type: str = ""
    reply: Message | None = None
    rejection: Rejection | None = None
    detail: str = ""
    """Why it has to come again."""
