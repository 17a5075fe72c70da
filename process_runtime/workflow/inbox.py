"""Events that arrived: which are applied, which are duplicates, stale or of an unknown type."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, cast

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.exceptions import ApplicationError

from process_runtime.contract import EventMeta
from process_runtime.workflow.carried import (
    CarriedState,
    CarriedUnknown,
    decode_bytes,
    decode_payloads,
    encode_bytes,
    encode_payload,
    message_payload,
)
from process_runtime.workflow.dedupe import DedupeWindow, ReplyCache
from process_runtime.workflow.process import EnvelopeT, Process

UNKNOWN_KEPT: Final = 1_000
"""Signals of unknown type kept for a newer worker; beyond it the oldest is given up: counted, and an error
logged."""
UNKNOWN_BYTES: Final = 512 * 1024
"""The same in bytes: Temporal fails an execution that carries more than 2 MiB into a new run."""
# Below every version that a proto integer can hold.
_NO_VERSION: Final = -(2**63) - 1


@dataclass(slots=True)
class Arrival(Generic[EnvelopeT]):
    """One event, in the order it came."""

    envelope: EnvelopeT
    reply: asyncio.Future[Message | bytes | None] | None = None
    """Where the caller of an update waits; None for a signal."""


@dataclass(slots=True)
class Counts:
    """What became of the events of an execution, over all its runs."""

    applied: int = 0
    """Taken to a handler."""
    duplicates: int = 0
    stale: int = 0
    unknown: int = 0


@dataclass(slots=True)
class Answered:
    """An event that needs no handler."""

    reply: bytes | None = None
    """Of the update it repeats."""
    error: ApplicationError | None = None
    """For the caller of an update."""

    def give(self, answer: asyncio.Future[Message | bytes | None]) -> None:
        """Answer the caller of an update."""
        if self.error is not None:
            answer.set_exception(self.error)
        else:
            answer.set_result(self.reply)


@dataclass(slots=True)
class Unknown:
    """An event whose type this worker does not know."""

    name: str
    payloads: Sequence[Payload] = field(default_factory=tuple)

    @property
    def size(self) -> int:
        """Bytes of its payloads."""
        return sum(payload.ByteSize() for payload in self.payloads)


class Inbox(Generic[EnvelopeT]):
    """Arrived events and the memory by which each is applied once.

    Events wait in arrival order, raw: whether one is a duplicate or stale is decided when its turn comes,
    after everything before it was applied.
    """

    def __init__(self, process: Process[EnvelopeT, Any, Any, Any], carried: CarriedState | None) -> None:
        self._process = process
        self.waiting: deque[Arrival[EnvelopeT]] = deque()
        self.unknown: deque[Unknown] = deque()
        self.counts = Counts()
        self._unknown_bytes = 0
        self._versions: dict[str, int] = {}
        self._version_before = _NO_VERSION
        self._replies = ReplyCache({})
        self._window = DedupeWindow(process.dedupe_limits)
        if carried is not None:
            self._restore(carried)

    def triage(self, arrival: Arrival[EnvelopeT]) -> EventMeta | Answered:
        """Decide whether a handler is to see `arrival`, and if so remember it as applied."""
        meta = self.meta_of(arrival.envelope)
        if meta is None:
            if arrival.reply is None:
                self.keep_unknown("", [message_payload(arrival.envelope)])
            return Answered(error=unknown_event())
        if meta.idempotency_key and self._window.contains(meta.idempotency_key, workflow.now()):
            self.counts.duplicates += 1
            self._count("process_idempotency_drops", "Events dropped as already applied.", meta.event_type)
            return self._repeated(meta)
        if self._is_stale(meta):
            self.counts.stale += 1
            self._count("process_stale_drops", "Facts dropped as older than one applied.", meta.event_type)
            return Answered(
                error=ApplicationError(
                    f"{meta.event_type} is at or below the version that was applied last",
                    type="StaleEvent",
                    non_retryable=True,
                )
            )
        if meta.idempotency_key:
            self._window.add(meta.idempotency_key, workflow.now())
        else:
            workflow.logger.warning("%s carries no idempotency key: not deduplicated", meta.event_type)
        self.counts.applied += 1
        return meta

    def receive_raw(self, name: str, payloads: Sequence[Payload]) -> None:
        """Queue the events of a signal; keep what this worker does not know or cannot decode."""
        if name not in self._process.contract.event_types or not payloads:
            self.keep_unknown(name, payloads)
            return
        for payload in payloads:
            try:
                envelope = workflow.payload_converter().from_payload(payload)
            except Exception as error:  # noqa: BLE001 - a converter may be anybody's
                # Not the text: it may quote a sensitive field.
                workflow.logger.error("a %s cannot be decoded: %s", name, type(error).__name__)
                self.keep_unknown(name, [payload])
            else:
                self._queue(envelope, payload)

    def receive(self, envelopes: Sequence[EnvelopeT]) -> None:
        """Queue the events of a signal."""
        for envelope in envelopes:
            self._queue(envelope, None)

    def meta_of(self, envelope: EnvelopeT) -> EventMeta | None:
        """The event's metadata; None when this worker cannot read it, which must not stop the process."""
        try:
            return self._process.meta_of(envelope)
        except Exception as error:  # noqa: BLE001 - a time out of range, an enum number, another message
            # Not the text: it may quote a sensitive field.
            workflow.logger.error("the metadata of an event cannot be read: %s", type(error).__name__)
            return None

    def has_applied(self, meta: EventMeta) -> bool:
        """Whether an event with this idempotency key was applied."""
        return bool(meta.idempotency_key) and self._window.contains(meta.idempotency_key, workflow.now())

    def remember_reply(self, meta: EventMeta, reply: Message) -> None:
        """Keep the reply of an update for a caller that repeats it."""
        self._replies.put(meta.idempotency_key, reply.SerializeToString(deterministic=True))

    def release(self, meta: EventMeta) -> None:
        """Forget the update taken last, which its handler refused: sent again, it is judged again."""
        self.counts.applied -= 1
        self._window.forget(meta.idempotency_key)
        if meta.aggregate_version is not None:
            self._versions[meta.aggregate] = self._version_before

    def keep_unknown(self, name: str, payloads: Sequence[Payload]) -> None:
        """Keep and count an event of a type this worker does not know."""
        self.counts.unknown += 1
        self.unknown.append(Unknown(name, payloads))
        self._unknown_bytes += self.unknown[-1].size
        self._count("process_unknown_events", "Events that this worker does not know or cannot read.", name)
        workflow.logger.warning("kept an event of unknown type %r for a newer worker", name)
        while len(self.unknown) > UNKNOWN_KEPT or self._unknown_bytes > UNKNOWN_BYTES:
            workflow.logger.error("gave up the oldest of %d events of unknown type", len(self.unknown))
            oldest = self.unknown.popleft()
            self._unknown_bytes -= oldest.size
            self._count_unhandled(oldest.name)

    def refuse_updates(self, error: ApplicationError) -> None:
        """Tell the callers of updates that wait; signals stay, to be seen and counted."""
        for arrival in self.waiting:
            if arrival.reply is not None:
                arrival.reply.set_exception(error)
        self.waiting = deque(arrival for arrival in self.waiting if arrival.reply is None)

    def give_up(self) -> None:
        """Count what still waits when the process ends without having handled it."""
        if self.waiting:
            workflow.logger.warning("the process ended with %d events unhandled", len(self.waiting))
        for arrival in self.waiting:
            meta = self.meta_of(arrival.envelope)
            self._count_unhandled("" if meta is None else meta.event_type)

    def carried(self) -> dict[str, Any]:
        """The inbox as keyword arguments of :class:`CarriedState`."""
        return {
            "inbox": [encode_payload(message_payload(arrival.envelope)) for arrival in self.waiting],
            "unknown": [
                CarriedUnknown(name=unknown.name, payloads=[encode_payload(p) for p in unknown.payloads])
                for unknown in self.unknown
            ],
            "seen": encode_bytes(self._window.to_bytes()),
            "replies": {key: encode_bytes(reply) for key, reply in self._replies.items().items()},
            "versions": self._versions,
            "applied": self.counts.applied,
            "duplicates": self.counts.duplicates,
            "stale": self.counts.stale,
            "unknown_count": self.counts.unknown,
        }

    def _restore(self, carried: CarriedState) -> None:
        self.counts = Counts(carried.applied, carried.duplicates, carried.stale, carried.unknown_count)
        self._versions = dict(carried.versions)
        self._replies = ReplyCache({key: decode_bytes(reply) for key, reply in carried.replies.items()})
        self._window = DedupeWindow(self._process.dedupe_limits, decode_bytes(carried.seen))
        for unknown in carried.unknown:
            self._retry_unknown(unknown)
        # What this worker knows by now came before what was still waiting.
        self.waiting.extend(Arrival(envelope) for envelope in decode_payloads(carried.inbox))

    def _retry_unknown(self, unknown: CarriedUnknown) -> None:
        """Queue a kept event if this worker knows its type, else keep it on."""
        if not unknown.name or unknown.name in self._process.contract.event_types:
            try:
                envelopes = decode_payloads(unknown.payloads)
            except Exception:  # noqa: BLE001 - whatever is wrong with them, they are kept
                envelopes = []
            if envelopes and all(self._can_read(envelope) for envelope in envelopes):
                self.waiting.extend(Arrival(envelope) for envelope in envelopes)
                return
        payloads = [Payload.FromString(decode_bytes(text)) for text in unknown.payloads]
        self.unknown.append(Unknown(unknown.name, payloads))
        self._unknown_bytes += self.unknown[-1].size

    def _queue(self, envelope: Any, payload: Payload | None) -> None:
        # A converter decodes what a payload says it is, whatever the signal is named.
        if isinstance(envelope, Message):
            self.waiting.append(Arrival(cast("EnvelopeT", envelope)))
        else:
            self.keep_unknown("", [payload or workflow.payload_converter().to_payload(envelope)])

    def _can_read(self, value: Any) -> bool:
        return isinstance(value, Message) and self.meta_of(cast("EnvelopeT", value)) is not None

    def _repeated(self, meta: EventMeta) -> Answered:
        reply = self._replies.get(meta.idempotency_key)
        if reply is not None:
            return Answered(reply=reply)
        return Answered(
            error=ApplicationError(
                f"{meta.event_type} was applied before and its reply is no longer kept",
                type="AlreadyApplied",
                non_retryable=True,
            )
        )

    def _is_stale(self, meta: EventMeta) -> bool:
        if meta.aggregate_version is None:
            return False
        self._version_before = self._versions.get(meta.aggregate, _NO_VERSION)
        if meta.aggregate_version <= self._version_before:
            return True
        self._versions[meta.aggregate] = meta.aggregate_version
        return False

    def _count_unhandled(self, event_type: str) -> None:
        self._count("process_unhandled_events", "Events that no handler has seen or will see.", event_type)

    def _count(self, name: str, description: str, event_type: str) -> None:
        counter = workflow.metric_meter().create_counter(name, description)
        # Anybody may send a signal of any name: only those of the contract become values of a label.
        known = event_type if event_type in self._process.contract.event_types else ""
        counter.add(1, {"process": self._process.contract.name, "event_type": known})


def unknown_event() -> ApplicationError:
    """What the caller of an update is told whose event this worker cannot read."""
    return ApplicationError(
        "the event is incomplete, or of a type this worker does not know",
        type="UnknownEvent",
        non_retryable=True,
    )
