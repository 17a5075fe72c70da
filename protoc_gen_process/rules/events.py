"""PGP080 to PGP109: facts and commands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from protoc_gen_process.diagnostics import quote
from protoc_gen_process.rules._rule import rule

_EVENT_TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,254}")


@rule(80)
def one_role(message: str, roles: Sequence[str]) -> str | None:
    """A message has one role: envelope, fact, command, start, state or query."""
    if len(roles) <= 1:
        return None
    return f"{message} is {' and '.join(roles)} at once; split it into two messages"


@rule(81)
def event_type_set(message: str, value: str | None) -> str | None:
    """Every fact and command has an `event_fact.type`."""
    if value is not None:
        return None
    return (
        f"{message} has no event type; add option (ameide_core_proto.common.v1.event_fact) = "
        '{ type: "orders.OrderPlaced.v1" } with a name that never changes'
    )


@rule(82)
def event_type_valid(value: str) -> str | None:
    """An event type is a letter or `_`, then up to 254 letters, digits, `_`, `.` and `-`."""
    if value.startswith("__temporal"):
        return f"event type {quote(value)} begins like one of Temporal's own; choose another beginning"
    if _EVENT_TYPE.fullmatch(value):
        return None
    return (
        f"event type {quote(value)} is not 1 to 255 letters, digits, '_', '.' and '-' that begin with a "
        "letter or '_'; write one such as orders.OrderPlaced.v1"
    )


@rule(83)
def event_type_unique(value: str, other: str | None) -> str | None:
    """Two messages or cases of a process do not share an event type."""
    if other is None:
        return None
    return (
        f"event type {quote(value)} is that of {other} too; give each message its own, and each case its "
        "own message"
    )


@rule(84)
def outbound_not_in_envelope(case: str, message: str, outbound: bool) -> str | None:
    """An outbound fact is not in an envelope."""
    if not outbound:
        return None
    return (
        f"payload case {case}: {message} is an outbound fact, which a process emits; remove the case or "
        "the direction"
    )


@rule(85)
def inbound_in_envelope(message: str, kind: str, routed: bool) -> str | None:
    """An inbound fact or a command is a case of an envelope."""
    if routed:
        return None
    return (
        f"{kind} {message} is in no envelope, so nothing could route it; add it to `oneof payload`, or "
        "remove the option (if the envelope is in another file, generate both in one run)"
    )


@rule(86)
def outbound_owned(message: str, owned: bool) -> str | None:
    """An outbound fact is declared in the file of the process that emits it."""
    if owned:
        return None
    return (
        f"outbound fact {message} is in a file without a process, so nothing emits it; move it to the "
        "process's file"
    )


@rule(87)
def outbound_starts(message: str, present: bool) -> str | None:
    """`starts` stands on inbound facts and commands only."""
    return f"starts has no meaning on the outbound fact {message}; remove it" if present else None


@rule(88)
def stream_ref_set(message: str, present: bool) -> str | None:
    """An outbound fact names its stream."""
    if present:
        return None
    return (
        f"outbound fact {message} names no stream; add stream_ref to its event_fact, with the name of a "
        "publish entry"
    )


@rule(89)
def stream_ref_known(value: str, known: Sequence[str]) -> str | None:
    """`stream_ref` names a `publish` entry of the file."""
    if value in known:
        return None
    there = ", ".join(known[:5]) if known else "none"
    return (
        f"stream_ref {quote(value)} names no publish entry of the process (there: {there}); add one or "
        "correct the name"
    )


@rule(90)
def fact_field_path(option: str, path: str, found: bool) -> str | None:
    """`partition_key_fields` and `idempotency_key_fields` are paths to single scalar fields of the fact."""
    if found:
        return None
    return f"{option} {quote(path)} is not the path of a single scalar field of the message; correct it"


@rule(91)
def fact_field_once(option: str, path: str, seen: Sequence[str]) -> str | None:
    """A path stands once in `partition_key_fields` or `idempotency_key_fields`."""
    return f"{option} {quote(path)} stands twice; remove one" if path in seen else None


@rule(92)
def signal_without_response(present: bool) -> str | None:
    """`response` stands on UPDATE commands only."""
    if not present:
        return None
    return "a SIGNAL command has no response; set delivery: UPDATE, or remove response"


@rule(93)
def response_set(what: str, present: bool) -> str | None:
    """UPDATE commands and queries have a `response`."""
    if present:
        return None
    return f'{what} has no response; add response: "package.Message" with the message it returns'


@rule(94)
def message_resolves(field: str, value: str, found: bool) -> str | None:
    """`response` and `result` are fully-qualified names of messages that the file declares or imports."""
    if found:
        return None
    return (
        f"{field} {quote(value)} is not the full name of a message that this file declares or imports; "
        "write package and name, and import its file"
    )


@rule(95)
def starts_reachable(case: str, blocked: bool) -> str | None:
    """`starts: false` does not stand in a process whose ID holds the idempotency key."""
    if not blocked:
        return None
    return (
        f"payload case {case} has starts: false, but the ID holds the event's own idempotency key, so it "
        "could never find a running process; remove starts: false or change the ID"
    )


@rule(96)
def python_name_unique(name: str, first: str | None, second: str) -> str | None:
    """Two key fields, cases, queries, outbound facts or rpcs do not give one Python name."""
    if first is None:
        return None
    return f"{first} and {second} would both be {name} in Python; rename one of them"
