"""What one run of an execution hands to the next with Continue-As-New."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.converter import BinaryProtoPayloadConverter


@dataclass(frozen=True, kw_only=True)
class CarriedUnknown:
    """An event of a type that no worker has known so far."""

    name: str
    """The signal's name; empty for a known signal whose payload was of an unknown type."""
    payloads: list[str]


@dataclass(frozen=True, kw_only=True)
class CarriedWait:
    """The wait with a timeout and no name in which ``run()`` was parked."""

    timeout: float
    """Seconds it was asked for; how the next run recognises it."""
    deadline: float
    """When it ends, in seconds since the epoch."""


@dataclass(frozen=True, kw_only=True)
class CarriedTimer:
    """The time of a wait that goes on. Times are seconds since the epoch."""

    name: str
    """How the next run recognises it; empty for the wait without a name in which ``run()`` was parked, which
    is recognised by equal `timeout` and `deadline`."""
    timeout: float | None = None
    """Seconds the wait was asked for."""
    deadline: float | None = None
    """When it was asked to end at the latest."""
    began: float
    ends: float | None = None
    ran: list[str] = field(default_factory=list)
    """Labels of the steps that were done."""


@dataclass(frozen=True, kw_only=True)
class CarriedRetry:
    """How a compensation is repeated, where that is not as the contract says; intervals in seconds."""

    initial_interval: float
    backoff_coefficient: float
    maximum_interval: float | None
    maximum_attempts: int
    non_retryable_error_types: list[str]


@dataclass(frozen=True, kw_only=True)
class CarriedCompensation:
    """A compensating activity that has not been needed so far."""

    activity: str
    request: str
    retry: CarriedRetry | None = None


@dataclass(frozen=True, kw_only=True)
class CarriedCause:
    """Of the event that was handled last, what goes into facts that are emitted after it."""

    causation_id: str = ""
    correlation_id: str = ""
    traceparent: str = ""
    tracestate: str = ""


@dataclass(frozen=True, kw_only=True)
class CarriedState:
    """The second argument of a process's workflow; the first run has none, or `first_events`.

    Plain JSON, bytes as base64, so that any data converter carries it. Fields are only ever added, with a
    default: a run may be continued by an older or a newer worker.
    """

    run_epoch: int
    """How many runs came before."""
    seq: int
    """The last number the execution gave out."""
    phase: str = ""
    state: str = ""
    inbox: list[str] = field(default_factory=list)
    inbox_updates: list[int] = field(default_factory=list)
    """Places in `inbox` of events that came as updates."""
    unknown: list[CarriedUnknown] = field(default_factory=list)
    seen: str = ""
    replies: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    compensations: list[CarriedCompensation] = field(default_factory=list)
    uncompensated: list[str] = field(default_factory=list)
    began: float | None = None
    """When the first run began, in seconds since the epoch; only of a process that tells its progress."""
    wait: CarriedWait | None = None
    timers: list[CarriedTimer] = field(default_factory=list)
    cause: CarriedCause | None = None
    applied: int = 0
    duplicates: int = 0
    stale: int = 0
    unknown_count: int = 0
    evicted_by_count: int = 0
    evicted_by_age: int = 0
    evicted_aggregates: int = 0


def first_events(envelopes: Sequence[Message]) -> CarriedState:
    """What a first run is given whose first events come with its start, rather than as signals."""
    return CarriedState(
        run_epoch=0, seq=0, inbox=[encode_payload(message_payload(envelope)) for envelope in envelopes]
    )


@dataclass(frozen=True, kw_only=True)
class ProcessStatus:
    """The answer to the built-in ``process_status`` query: what became of the events, over all runs."""

    phase: str
    run_epoch: int
    """How many runs came before this one."""
    applied: int
    """Events taken to a handler."""
    waiting: int
    """Events whose turn has not come."""
    duplicates: int
    """Events dropped because their idempotency key was applied before."""
    stale: int
    """Facts dropped because a version at or above theirs was applied before."""
    unknown: int
    """Events of a type that the worker did not know when they came."""
    waiting_bytes: int = 0
    remembered: int = 0
    """Idempotency keys in the dedupe window."""
    capacity: int = 0
    """Idempotency keys that the window can hold."""
    oldest_remembered: datetime | None = None
    """When the oldest of them was first seen."""
    evicted_by_count: int = 0
    """Idempotency keys forgotten for newer ones: what fed the process may hold them still."""
    evicted_by_age: int = 0
    """Idempotency keys forgotten for their age."""
    aggregates: int = 0
    """Aggregates whose newest version is remembered."""
    evicted_aggregates: int = 0
    """Aggregates whose version was forgotten for others."""
    too_large_to_continue: int = 0
    """Bytes that the process would have carried into a new run when it last could not, for they were too
    many; 0 if it always could."""


def encode_bytes(data: bytes) -> str:
    """Bytes as JSON carries them."""
    return b64encode(data).decode()


def decode_bytes(text: str) -> bytes:
    """The inverse of :func:`encode_bytes`."""
    return b64decode(text)


def message_payload(message: Message) -> Payload:
    """`message` as a payload that names its type and, unlike JSON, keeps fields this worker does not know."""
    payload = BinaryProtoPayloadConverter().to_payload(message)
    if payload is None:
        raise TypeError(f"{type(message).__name__} is not a protobuf message")
    return payload


def encode_payload(payload: Payload) -> str:
    """A payload as JSON carries it."""
    return encode_bytes(payload.SerializeToString(deterministic=True))


def decode_payloads(texts: Sequence[str]) -> list[Any]:
    """The values of carried payloads.

    Raises:
        RuntimeError: A payload's message type is not linked into this worker.
    """
    payloads = [Payload.FromString(decode_bytes(text)) for text in texts]
    return workflow.payload_converter().from_payloads(payloads)
