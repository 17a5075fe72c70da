"""PGP060 to PGP079: the envelope, its meta field, and markers everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from protoc_gen_process.rules._rule import rule

MAX_PATHS = 100
"""How many fields below one message may carry markers."""

_MARKER_HOME = {
    "workflow_key": "below the envelope of a process",
    "idempotency_key": "below the envelope of a process",
    "schema_version": "below the envelope of a process",
    "aggregate_version": "in an envelope's meta or in a payload",
    "start_version": "directly in a start message",
    "search_attribute": "below the state message of a process",
    "sensitive": "below a message that a process uses",
    "from": "directly in a start message",
}


@rule(60)
def envelope_present(found: bool) -> str | None:
    """A process has an envelope: a top-level message of its file with `oneof payload`."""
    if found:
        return None
    return (
        "the process has no envelope; add a top-level message with a meta field and `oneof payload`, "
        "whose cases are messages with (process.v1.fact) or (process.v1.command)"
    )


@rule(61)
def envelope_unique(name: str, first: str | None) -> str | None:
    """A process has one envelope."""
    if first is None:
        return None
    return f"{name} is a second envelope beside {first}; put all cases into one `oneof payload`"


@rule(62)
def case_typed(case: str, is_message: bool) -> str | None:
    """Every payload case is a message."""
    if is_message:
        return None
    return (
        f"payload case {case} is a scalar; make it a message with (process.v1.fact) or (process.v1.command)"
    )


@rule(63)
def case_not_any(case: str, message: str) -> str | None:
    """`google.protobuf.Any` is no payload case; it may stand beside the oneof."""
    if message != "google.protobuf.Any":
        return None
    return f"payload case {case} is a google.protobuf.Any; move it out of the oneof and add a typed case"


@rule(64)
def case_is_event(case: str, message: str, is_event: bool) -> str | None:
    """Every payload case's message carries (process.v1.fact) or (process.v1.command)."""
    if is_event:
        return None
    return (
        f"payload case {case}: message {message} carries neither (process.v1.fact) nor "
        "(process.v1.command); add one (in a package with `process` in its name, write it "
        "(.process.v1.fact))"
    )


@rule(65)
def marker_once(marker: str, paths: Sequence[str]) -> str | None:
    """`idempotency_key`, `schema_version`, and in meta or a payload `aggregate_version`, mark one field."""
    if len(paths) <= 1:
        return None
    return f"{marker} marks {len(paths)} fields: {', '.join(paths[:4])}; keep one"


@rule(66)
def marker_present(marker: str, count: int) -> str | None:
    """The envelope holds an `idempotency_key`, a `schema_version` and at least one `workflow_key`."""
    if count:
        return None
    return (
        f"the envelope has no {marker} field; mark one with [(process.v1.markers) = {{ {marker}: true }}], "
        "at any depth below singular message fields"
    )


@rule(67)
def marker_type(marker: str, field: str, fits: bool, expected: str) -> str | None:
    """A marked field has a type that its marker can mean."""
    return (
        None
        if fits
        else f"{marker} marks {field}, which is not {expected}; change its type or move the marker"
    )


@rule(68)
def marker_used(marker: str, field: str, used: bool) -> str | None:
    """A marker stands where something reads it, under singular fields outside any oneof."""
    if used:
        return None
    where = _MARKER_HOME[marker]
    return (
        f"nothing reads the marker {marker} of {field}; it works {where}, through singular message "
        "fields, not through repeated, map, oneof or recursive ones; move or remove it"
    )


@rule(69)
def markers_countable(message: str, count: int) -> str | None:
    """At most 100 fields below one message are marked."""
    if count <= MAX_PATHS:
        return None
    return f"more than {MAX_PATHS} marked fields stand below {message}; use a marked message in fewer places"
