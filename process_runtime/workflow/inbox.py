"""Events that arrived: which are applied, which are duplicates, stale or of an unknown type."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Generic, cast

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.exceptions import ApplicationError

from process_runtime import coalesced
from process_runtime.contract import EventMeta
from process_runtime.payloads.errors import PayloadKeyError
from process_runtime.tracing import TraceContext
from process_runtime.updates import UpdateFailure
from process_runtime.workflow.arrival import Answered, Arrival, unknown_event
from process_runtime.workflow.carried import (
    CarriedState,
    decode_bytes,
    decode_payloads,
    encode_bytes,
    encode_payload,
    message_payload,
)
from process_runtime.workflow.counts import Counts, EventCounters
from process_runtime.workflow.dedupe import DedupeWindow, NewestVersions, ReplyCache
from process_runtime.workflow.process import EnvelopeT, Process
from process_runtime.workflow.trace import ARRIVING
from process_runtime.workflow.unknown import UnknownEvents, parts_of


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
        self.counts = Counts()
        contract = process.contract
        self._counters = EventCounters(contract.name, contract.event_types)
        self._unknown = UnknownEvents(contract.event_types, self._can_read, self._counters)
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
                self._keep("", [message_payload(arrival.envelope)])
            return Answered(error=unknown_event())
        if meta.idempotency_key and self._window.contains(meta.idempotency_key, workflow.now()):
            self.counts.duplicates += 1
            self._counters.count(
                "process_idempotency_drops", "Events dropped as already applied.", meta.event_type
            )
            return self._repeated(meta)
        if meta.aggregate_version is not None and self._versions.is_stale(
            meta.aggregate, meta.aggregate_version
        ):
            self.counts.stale += 1
            self._counters.count(
                "process_stale_drops", "Facts dropped as older than one applied.", meta.event_type
            )
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
        self._unknown.signal_came()
        self._take_up()
        if name != coalesced.SIGNAL:
            self._receive(name, payloads, ARRIVING.get())
        elif self._unknown.was_kept(name) or (parts := parts_of(payloads)) is None:
            self._keep(name, payloads)
        else:
            self._receive_parts(parts, ARRIVING.get())

    def receive(self, envelopes: Sequence[EnvelopeT]) -> None:
        """Queue the events of a signal."""
        for envelope in envelopes:
            self._queue(envelope, None, ARRIVING.get())

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
        self._counters.count("process_rejected_events", "Events that the process refused.", meta.event_type)

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
            self._counters.unhandled("" if meta is None else meta.event_type)

    def carried(self) -> dict[str, Any]:
        """The inbox as keyword arguments of :class:`CarriedState`."""
        return {
            "inbox": [encode_payload(message_payload(arrival.envelope)) for arrival in self.waiting],
            "inbox_updates": [place for place, arrival in enumerate(self.waiting) if arrival.is_update],
            "unknown": self._unknown.carried(),
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
        self._unknown.restore(carried.unknown)
        # What this worker knows by now came before what was still waiting.
        self._take_up()
        updates = set(carried.inbox_updates)
        for place, envelope in enumerate(decode_payloads(carried.inbox)):
            self.put(Arrival(envelope, is_update=place in updates))

    def _take_up(self) -> None:
        """Queue the kept events that this worker knows by now."""
        for unknown in self._unknown.taken_up():
            if unknown.name == coalesced.SIGNAL:
                self._receive_parts(unknown.content or (), None)
            else:
                for envelope in unknown.content or ():
                    self.put(Arrival(envelope, trace=None))

    def _receive_parts(self, parts: Sequence[tuple[str, Payload]], trace: TraceContext | None) -> None:
        """Receive each event of a signal of several types as if it had come in one of its own."""
        for event_type, payload in parts:
            self._receive(event_type, [payload], trace)

    def _receive(self, name: str, payloads: Sequence[Payload], trace: TraceContext | None) -> None:
        if name not in self._process.contract.event_types:
            self._unknown.note_unknown(name)
            self._keep(name, payloads)
            return
        if not payloads or self._unknown.was_kept(name):
            self._keep(name, payloads)
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
                self._keep(name, [payload])
            else:
                self._queue(envelope, payload, trace)

    def _queue(self, envelope: Any, payload: Payload | None, trace: TraceContext | None) -> None:
        # A converter decodes what a payload says it is, whatever the signal is named.
        if isinstance(envelope, Message):
            self.put(Arrival(cast("EnvelopeT", envelope), trace=trace))
        else:
            self._keep("", [payload or workflow.payload_converter().to_payload(envelope)])

    def _keep(self, name: str, payloads: Sequence[Payload]) -> None:
        self.counts.unknown += 1
        self._unknown.keep(name, payloads)

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
            self._counters.evicted("count", evicted.by_count)
            self._counters.evicted("age", evicted.by_age)
        if meta.aggregate_version is not None:
            evicted_aggregates = self._versions.apply(meta.aggregate, meta.aggregate_version)
            self.counts.evicted_aggregates += evicted_aggregates
            self._counters.evicted("aggregate", evicted_aggregates)
