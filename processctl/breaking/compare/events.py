"""What a process receives: the envelope, its metadata, and the events in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from processctl.breaking.contract import Contract
from processctl.breaking.rule import (
    Change,
    Rise,
    addition,
    breaks_executions,
    breaks_peers,
    needs_patching,
    safe,
)
from protoc_gen_process.model import TEXT_META, Delivery, Event, FieldPath

_KEEP_EVENT = "keep it, and add a fact or command of another type for what is new"
_META = (*TEXT_META, "observed_at")
_STARTING = {Delivery.SIGNAL: Delivery.SIGNAL_WITH_START, Delivery.UPDATE: Delivery.UPDATE_WITH_START}

ENVELOPE_CHANGED = breaks_executions(
    "ENVELOPE_CHANGED",
    "Histories and messages under way hold envelopes of the old message, which nobody decodes any more.",
    "keep the envelope's name and package",
)
IDEMPOTENCY_KEY_CHANGED = breaks_executions(
    "IDEMPOTENCY_KEY_CHANGED",
    "Running executions know applied events by the old field, so one that comes again is applied twice.",
    "leave the marker on its field",
)
SCHEMA_VERSION_CHANGED = breaks_peers(
    "SCHEMA_VERSION_CHANGED",
    "Ingress reads the version from another field, and refuses events that lack it.",
    "leave the marker on its field",
)
AGGREGATE_VERSION_CHANGED = needs_patching(
    "AGGREGATE_VERSION_CHANGED",
    "A replay drops other events as stale than the run did.",
    "keep running executions on their build (PINNED in a worker deployment), or let them end first",
    rise=Rise.MINOR,
)
AGGREGATE_VERSION_ADDED = addition(
    "AGGREGATE_VERSION_ADDED", "Events in histories lack the field, and none of them is stale."
)
META_FIELD_ADDED = addition("META_FIELD_ADDED", "Events that lack it go on as before.")
META_FIELD_CHANGED = breaks_peers(
    "META_FIELD_CHANGED",
    "What senders put into the old field no longer reaches handlers, traces and facts that follow.",
    "leave the field where it is",
)
SENSITIVE_CHANGED = safe(
    "SENSITIVE_CHANGED",
    "It decides what logs, memos and dead letters show from now on, and nothing that an execution does.",
    "see that nothing becomes visible that must not be",
)
EVENT_ADDED = addition(
    "EVENT_ADDED", "Running executions keep events that their worker does not know for one that does."
)
EVENT_REMOVED = breaks_executions(
    "EVENT_REMOVED",
    "Histories hold signals or updates of that name, and without the handler a replay goes another way.",
    "keep the event and its handler until no history holds one",
)
EVENT_TYPE_CHANGED = breaks_executions(
    "EVENT_TYPE_CHANGED",
    "The type is the name of the signal or update: histories hold the old one, and senders use it.",
    _KEEP_EVENT,
)
EVENT_MESSAGE_CHANGED = breaks_executions(
    "EVENT_MESSAGE_CHANGED",
    "Events of that type in histories hold another message.",
    _KEEP_EVENT,
)
EVENT_DELIVERY_CHANGED = breaks_executions(
    "EVENT_DELIVERY_CHANGED",
    "Histories hold it as it was delivered before, which the new workflow does not take.",
    _KEEP_EVENT,
)
EVENT_REPLIES = addition(
    "EVENT_REPLIES",
    "Signals of that type in histories and under way are still applied; who sends it now waits for a reply.",
)
EVENT_STARTS = addition("EVENT_STARTS", "It now also reaches keys for which no process runs.")
EVENT_NO_LONGER_STARTS = breaks_peers(
    "EVENT_NO_LONGER_STARTS",
    "Where no process runs, it becomes a dead letter instead of starting one.",
    _KEEP_EVENT,
)
RESPONSE_CHANGED = breaks_executions(
    "RESPONSE_CHANGED",
    "Running executions repeat replies of the old message, and callers wait for it.",
    _KEEP_EVENT,
)
EVENT_ROLE_CHANGED = safe("EVENT_ROLE_CHANGED", "Facts and commands are delivered and applied alike.")
SCHEMA_SUBJECT_CHANGED = safe("SCHEMA_SUBJECT_CHANGED", "Nothing reads the subject of an inbound event.")


def compare_events(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the changes of what a process receives."""
    yield from _compare_envelope(old, new)
    before = {event.event_type: event for event in old.process.events}
    after = {event.event_type: event for event in new.process.events}
    retyped = dict(_retyped(before, after))
    for event_type, event in after.items():
        if event_type in before:
            yield from _compare_event(old, new, before[event_type], event)
        elif event_type not in retyped.values():
            yield EVENT_ADDED(f"event {event_type}", at=event.message.full_name)
    for event_type in before.keys() - after.keys():
        name = before[event_type].message.full_name
        if event_type in retyped:
            yield EVENT_TYPE_CHANGED("event type", event_type, retyped[event_type], at=name)
        else:
            yield EVENT_REMOVED(f"event {event_type}", at=name)


def _retyped(before: Mapping[str, Event], after: Mapping[str, Event]) -> Iterator[tuple[str, str]]:
    """Yield old and new type of each event that is the same message under another type."""
    new = {e.message.full_name: e.event_type for e in after.values() if e.event_type not in before}
    for event in before.values():
        if event.event_type not in after and event.message.full_name in new:
            yield event.event_type, new[event.message.full_name]


def _compare_envelope(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = old.process.envelope, new.process.envelope
    at = after.message.full_name
    if before.message.full_name != after.message.full_name:
        yield ENVELOPE_CHANGED("envelope", before.message.full_name, after.message.full_name, at=at)
    yield from _compare_version(
        old, new, "aggregate version", (before.aggregate_version, after.aggregate_version), at
    )
    for name, rule in (
        ("idempotency_key", IDEMPOTENCY_KEY_CHANGED),
        ("schema_version", SCHEMA_VERSION_CHANGED),
        *((name, META_FIELD_CHANGED) for name in _META),
    ):
        paths = getattr(before, name), getattr(after, name)
        if old.numbers(before.message, paths[0]) == new.numbers(after.message, paths[1]):
            continue
        added = paths[0] is None and rule is META_FIELD_CHANGED
        yield (META_FIELD_ADDED if added else rule)(name, *map(_dotted, paths), at=at)
    hidden = [set(envelope.sensitive) for envelope in (before, after)]
    for path in sorted(hidden[0] ^ hidden[1]):
        is_new = path in hidden[1]
        yield SENSITIVE_CHANGED(
            f"field {path.dotted}",
            "shown" if is_new else "sensitive",
            "sensitive" if is_new else "shown",
            at=at,
        )


def _compare_event(old: Contract, new: Contract, before: Event, after: Event) -> Iterator[Change]:
    name, at = f"event {after.event_type}", after.message.full_name
    if before.message.full_name != at:
        yield EVENT_MESSAGE_CHANGED(name, before.message.full_name, at, at=at)
    yield from _compare_delivery(before, after)
    if before.response and after.response and before.response.full_name != after.response.full_name:
        yield RESPONSE_CHANGED(
            f"response of {after.event_type}", before.response.full_name, after.response.full_name, at=at
        )
    if before.is_command != after.is_command:
        roles = ("command" if event.is_command else "fact" for event in (before, after))
        yield EVENT_ROLE_CHANGED(name, *roles, at=at)
    versions = before.aggregate_version, after.aggregate_version
    yield from _compare_version(old, new, f"aggregate version of {after.event_type}", versions, at)
    if before.schema_subject != after.schema_subject:
        subjects = (event.schema_subject or None for event in (before, after))
        yield SCHEMA_SUBJECT_CHANGED(f"schema subject of {after.event_type}", *subjects, at=at)


def _compare_version(
    old: Contract, new: Contract, subject: str, paths: tuple[FieldPath | None, FieldPath | None], at: str
) -> Iterator[Change]:
    """Yield the change of a version by which facts are stale; `paths` lead there from the envelopes."""
    root = old.process.envelope.message
    numbers = old.numbers(root, paths[0]), new.numbers(new.process.envelope.message, paths[1])
    if numbers[0] == numbers[1]:
        return
    is_new = numbers[0] is None and not old.has(root, numbers[1])
    yield (AGGREGATE_VERSION_ADDED if is_new else AGGREGATE_VERSION_CHANGED)(
        subject, *map(_dotted, paths), at=at
    )


def _compare_delivery(before: Event, after: Event) -> Iterator[Change]:
    ways = before.delivery, after.delivery
    if ways[0] is ways[1]:
        return
    without_start = tuple(_without_start(way) for way in ways)
    if without_start[0] is not without_start[1]:
        replies = without_start == (Delivery.SIGNAL, Delivery.UPDATE)
        rule = EVENT_REPLIES if replies else EVENT_DELIVERY_CHANGED
        yield rule(
            f"delivery of {after.event_type}", *(way.value for way in ways), at=after.message.full_name
        )
    if before.starts != after.starts:
        rule = EVENT_STARTS if after.starts else EVENT_NO_LONGER_STARTS
        yield rule(f"event {after.event_type}", at=after.message.full_name)


def _without_start(way: Delivery) -> Delivery:
    return next((plain for plain, starting in _STARTING.items() if starting is way), way)


def _dotted(path: FieldPath | None) -> str | None:
    return path.dotted if path else None
