"""Events that arrived: which are applied, which are duplicates, stale or of an unknown type."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Any, Final, Generic, cast

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import MetricCounter
from temporalio.exceptions import ApplicationError

from process_runtime.contract import EventMeta
from process_runtime.payloads.errors import PayloadKeyError
from process_runtime.tracing import TraceContext
from process_runtime.updates import UpdateFailure
from process_runtime.workflow.carried import (
    CarriedState,
    CarriedUnknown,
    decode_bytes,
    decode_payloads,
    encode_bytes,
    encode_payload,
    message_payload,
)
from process_runtime.workflow.dedupe import DedupeWindow, NewestVersions, ReplyCache
from process_runtime.workflow.process import EnvelopeT, Process
from process_runtime.workflow.trace import ARRIVING

UNKNOWN_KEPT: Final = 1_000
"""Signals of unknown type kept for a newer worker; beyond it the oldest is given up: counted, and an error
logged."""
UNKNOWN_BYTES: Final = 512 * 1024
"""The same in bytes: Temporal fails an execution that carries more than 2 MiB into a new run."""


@dataclass(slots=True)
class Arrival(Generic[EnvelopeT]):
    """One event, in the order it came."""

    envelope: EnvelopeT
    is_update: bool = False
    """Whether the handler replies, and may refuse without failing the process."""
    caller: asyncio.Future[Message | bytes | None] | None = None
    """Where the caller of an update waits; None for a signal, and once the update is another run's."""
    trace: TraceContext | None = field(default_factory=ARRIVING.get)
    """Of the signal or update that brought it; its own, if it has one, comes first."""
    size: int = field(init=False)
    """Bytes of the envelope."""

    def __post_init__(self) -> None:
        self.size = self.envelope.ByteSize()

    def answer(self, reply: Message | bytes | None) -> None:
        """Give the caller the reply, or the first reply as it was serialized."""
        if self.caller is not None:
            self.caller.set_result(reply)

    def refuse(self, error: BaseException) -> None:
        """Raise `error` where the caller waits."""
        if self.caller is not None:
            self.caller.set_exception(error)


@dataclass(slots=True)
class Counts:
    """What became of the events of an execution, over all its runs."""

    applied: int = 0
    """Taken to a handler."""
    duplicates: int = 0
    stale: int = 0
    unknown: int = 0
    evicted_by_count: int = 0
    """Idempotency keys forgotten for newer ones."""
    evicted_by_age: int = 0
    """Idempotency keys forgotten for their age."""
    evicted_aggregates: int = 0
    """Aggregates whose version was forgotten for others."""


@dataclass(slots=True)
class Answered:
    """An event that needs no handler."""

    reply: bytes | None = None
    """Of the update it repeats."""
    error: ApplicationError | None = None
    """For the caller of an update."""

    def give(self, arrival: Arrival[Any]) -> None:
        """Answer the caller, if there is one."""
        if self.error is not None:
            arrival.refuse(self.error)
        else:
            arrival.answer(self.reply)


@dataclass(slots=True)
class Unknown:
    """An event whose type this worker does not know."""

    name: str
    payloads: Sequence[Payload] = field(default_factory=tuple)
    envelopes: Sequence[Any] | None = None
    """What it holds, as far as this worker can tell: nothing where it cannot. None until somebody asked."""

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
        self.waiting_bytes = 0
        self.callers = 0
        """How many callers of updates wait."""
        self.unknown: deque[Unknown] = deque()
        self.counts = Counts()
        self._unknown_bytes = 0
        self._signals = 0
        self._kept_before: set[str] = set()
        """Types this worker knows, of which the run keeps events."""
        self._taken_up: set[str] = set()
        self._counters: dict[str, MetricCounter] = {}
        self._versions = NewestVersions(process.dedupe_limits.aggregates)
        self._replies = ReplyCache({})
        self._window = DedupeWindow(process.dedupe_limits)
        if carried is not None:
            self._restore(carried)

    def put(self, arrival: Arrival[EnvelopeT]) -> None:
        """Let `arrival` wait for its turn."""
        self.waiting.append(arrival)
        self.waiting_bytes += arrival.size
        self.callers += arrival.caller is not None

    def take(self) -> Arrival[EnvelopeT]:
        """Remove the arrival whose turn it is."""
        arrival = self.waiting.popleft()
        self.waiting_bytes -= arrival.size
        self.callers -= arrival.caller is not None
        return arrival

    def triage(self, arrival: Arrival[EnvelopeT]) -> EventMeta | Answered:
        """Decide whether a handler is to see `arrival`, and if so remember it as applied."""
        meta = self.meta_of(arrival.envelope)
        if meta is None:
            if not arrival.is_update or arrival.caller is None:
                self.keep_unknown("", [message_payload(arrival.envelope)])
            return Answered(error=unknown_event())
        if meta.idempotency_key and self._window.contains(meta.idempotency_key, workflow.now()):
            self.counts.duplicates += 1
            self._count("process_idempotency_drops", "Events dropped as already applied.", meta.event_type)
            return self._repeated(meta)
        if meta.aggregate_version is not None and self._versions.is_stale(
            meta.aggregate, meta.aggregate_version
        ):
            self.counts.stale += 1
            self._count("process_stale_drops", "Facts dropped as older than one applied.", meta.event_type)
            return Answered(
                error=ApplicationError(
                    f"{meta.event_type} is at or below the version that was applied last",
                    type=UpdateFailure.STALE_EVENT,
                    non_retryable=True,
                )
            )
        self._remember(meta)
        self.counts.applied += 1
        return meta

    def receive_raw(self, name: str, payloads: Sequence[Payload]) -> None:
        """Queue the events of a signal; keep what this worker does not know or cannot decode."""
        self._signals += 1
        self._take_up()
        if name not in self._process.contract.event_types:
            # For the replay on a worker that knows the type, see _was_kept().
            workflow.patched(f"kept-{_digest(name)}")
            self.keep_unknown(name, payloads)
            return
        if not payloads or self._was_kept(name):
            self.keep_unknown(name, payloads)
            return
        for payload in payloads:
            try:
                envelope = workflow.payload_converter().from_payload(payload)
            except PayloadKeyError:
                # Nothing is wrong with the event: the step is repeated until this worker has the keys.
                raise
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
        if not meta.idempotency_key:
            return
        self._replies.put(meta.idempotency_key, reply.SerializeToString(deterministic=True))

    def release(self, meta: EventMeta) -> None:
        """Forget the update taken last, which its handler refused: sent again, it is judged again."""
        self.counts.applied -= 1
        self._window.forget(meta.idempotency_key)
        if meta.aggregate_version is not None:
            self._versions.take_back(meta.aggregate)

    def count_rejected(self, meta: EventMeta) -> None:
        """Count an event that the process refused."""
        self._count("process_rejected_events", "Events that the process refused.", meta.event_type)

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

    def dismiss_callers(self, error: ApplicationError) -> None:
        """Let the callers of waiting updates go with `error`; their events keep their place."""
        if not self.callers:
            return
        for arrival in self.waiting:
            arrival.refuse(error)
            arrival.caller = None
        self.callers = 0

    def refuse_updates(self, error: ApplicationError) -> None:
        """Refuse the updates that wait; signals stay, to be seen and counted."""
        arrivals = [self.take() for _ in range(len(self.waiting))]
        for arrival in arrivals:
            if arrival.caller is None:
                self.put(arrival)
            else:
                arrival.refuse(error)

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
            "inbox_updates": [place for place, arrival in enumerate(self.waiting) if arrival.is_update],
            "unknown": [
                CarriedUnknown(name=unknown.name, payloads=[encode_payload(p) for p in unknown.payloads])
                for unknown in self.unknown
            ],
            "seen": encode_bytes(self._window.to_bytes()),
            "replies": {key: encode_bytes(reply) for key, reply in self._replies.items().items()},
            "versions": self._versions.to_dict(),
            "applied": self.counts.applied,
            "duplicates": self.counts.duplicates,
            "stale": self.counts.stale,
            "unknown_count": self.counts.unknown,
            "evicted_by_count": self.counts.evicted_by_count,
            "evicted_by_age": self.counts.evicted_by_age,
            "evicted_aggregates": self.counts.evicted_aggregates,
        }

    def status(self) -> dict[str, Any]:
        """The inbox as keyword arguments of :class:`ProcessStatus`."""
        return {
            **asdict(self.counts),
            "waiting": len(self.waiting),
            "waiting_bytes": self.waiting_bytes,
            "remembered": len(self._window),
            "capacity": self._process.dedupe_limits.count,
            "oldest_remembered": self._window.oldest,
            "aggregates": len(self._versions),
        }

    def _restore(self, carried: CarriedState) -> None:
        self.counts = Counts(
            applied=carried.applied,
            duplicates=carried.duplicates,
            stale=carried.stale,
            unknown=carried.unknown_count,
            evicted_by_count=carried.evicted_by_count,
            evicted_by_age=carried.evicted_by_age,
            evicted_aggregates=carried.evicted_aggregates,
        )
        self._versions = NewestVersions(self._process.dedupe_limits.aggregates, carried.versions)
        self._replies = ReplyCache({key: decode_bytes(reply) for key, reply in carried.replies.items()})
        self._window = DedupeWindow(self._process.dedupe_limits, decode_bytes(carried.seen))
        for kept in carried.unknown:
            unknown = Unknown(kept.name, [Payload.FromString(decode_bytes(text)) for text in kept.payloads])
            self.unknown.append(unknown)
            self._unknown_bytes += unknown.size
        # What this worker knows by now came before what was still waiting.
        self._take_up()
        updates = set(carried.inbox_updates)
        for place, envelope in enumerate(decode_payloads(carried.inbox)):
            self.put(Arrival(envelope, is_update=place in updates))

    def _take_up(self) -> None:
        """Queue the kept events that this worker knows by now."""
        known = {unknown.name: None for unknown in self.unknown if self._read(unknown)}
        known |= dict.fromkeys(sorted(self._kept_before))
        for name in known:
            # Where a worker began to know them has to stand in the history.
            if workflow.patched(f"taken-up-{self._signals}-{_digest(name)}"):
                self._kept_before.discard(name)
                self._taken_up.add(name)
                self._queue_kept(name)

    def _queue_kept(self, name: str) -> None:
        kept = list(self.unknown)
        self.unknown.clear()
        for unknown in kept:
            envelopes = self._read(unknown) if unknown.name == name else ()
            for envelope in envelopes:
                self.put(Arrival(envelope, trace=None))
            if envelopes:
                self._unknown_bytes -= unknown.size
            else:
                self.unknown.append(unknown)

    def _was_kept(self, name: str) -> bool:
        """Whether an event was kept by a worker that did not know its type, as this one does.

        Its replay has to do as that worker did, until the run came to one that knows the type.
        """
        if name in self._taken_up or not workflow.unsafe.is_replaying():
            return False
        if workflow.patched(f"kept-{_digest(name)}"):
            self._kept_before.add(name)
            return True
        return False

    def _read(self, unknown: Unknown) -> Sequence[EnvelopeT]:
        """The events that were kept; none when this worker does not know them either."""
        if unknown.envelopes is None:
            envelopes: list[Any] = []
            if not unknown.name or unknown.name in self._process.contract.event_types:
                with suppress(Exception):  # whatever is wrong with them, they are kept
                    envelopes = workflow.payload_converter().from_payloads(unknown.payloads)
            unknown.envelopes = envelopes if all(map(self._can_read, envelopes)) else []
        return unknown.envelopes

    def _queue(self, envelope: Any, payload: Payload | None) -> None:
        # A converter decodes what a payload says it is, whatever the signal is named.
        if isinstance(envelope, Message):
            self.put(Arrival(cast("EnvelopeT", envelope)))
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
                type=UpdateFailure.ALREADY_APPLIED,
                non_retryable=True,
            )
        )

    def _remember(self, meta: EventMeta) -> None:
        """Remember `meta` as applied, forgetting what is beyond the limits."""
        if not meta.idempotency_key:
            workflow.logger.warning("%s carries no idempotency key: not deduplicated", meta.event_type)
        else:
            evicted = self._window.add(meta.idempotency_key, workflow.now())
            self.counts.evicted_by_count += evicted.by_count
            self.counts.evicted_by_age += evicted.by_age
            self._count_evicted("count", evicted.by_count)
            self._count_evicted("age", evicted.by_age)
        if meta.aggregate_version is not None:
            evicted_aggregates = self._versions.apply(meta.aggregate, meta.aggregate_version)
            self.counts.evicted_aggregates += evicted_aggregates
            self._count_evicted("aggregate", evicted_aggregates)

    def _count_unhandled(self, event_type: str) -> None:
        self._count("process_unhandled_events", "Events that no handler has seen or will see.", event_type)

    def _count(self, name: str, description: str, event_type: str) -> None:
        # Anybody may send a signal of any name: only those of the contract become values of a label.
        known = event_type if event_type in self._process.contract.event_types else ""
        self._counter(name, description).add(1, {"process": self._process.contract.name, "event_type": known})

    def _count_evicted(self, limit: str, evicted: int) -> None:
        if evicted:
            self._counter("process_dedupe_evictions", "Idempotency keys and versions forgotten.").add(
                evicted, {"process": self._process.contract.name, "limit": limit}
            )

    def _counter(self, name: str, description: str) -> MetricCounter:
        counter = self._counters.get(name)
        if counter is None:
            counter = self._counters[name] = workflow.metric_meter().create_counter(name, description)
        return counter


def _digest(name: str) -> str:
    # A stranger's signal may have any name, and Temporal indexes what a patch is called.
    return blake2b(name.encode(), digest_size=8).hexdigest()


def unknown_event() -> ApplicationError:
    """What the caller of an update is told whose event this worker cannot read."""
    return ApplicationError(
        "the event is incomplete, or of a type this worker does not know",
        type=UpdateFailure.UNKNOWN_EVENT,
        non_retryable=True,
    )
