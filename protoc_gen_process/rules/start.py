"""PGP110 to PGP129: start messages."""

from __future__ import annotations

from collections.abc import Sequence

from protoc_gen_process.diagnostics import quote
from protoc_gen_process.rules._rule import rule


@rule(110)
def start_present(prefix: str, found: bool) -> str | None:
    """A process has a start message."""
    if found:
        return None
    return (
        f"the process has no start message; add message {prefix}StartV1 {{ uint32 start_version = 1; }}, "
        "or mark one with (process.v1.start)"
    )


@rule(111)
def version_known(message: str, version: int | None) -> str | None:
    """A start message states its version: by option, or by the number after `V` in its name."""
    if version is not None:
        return None
    return f"start message {message} has no version; add (process.v1.start).version, or end its name in V1"


@rule(112)
def version_agrees(option: int, name: str, in_name: int | None) -> str | None:
    """Option and name of a start message state one version."""
    if in_name is None or in_name == option:
        return None
    return f"version {option} disagrees with the name {name}; make them equal"


@rule(113)
def version_positive(version: int) -> str | None:
    """Start versions begin at 1 and fit a uint32."""
    if 1 <= version < 2**32:
        return None
    return f"start version {quote(str(version))} is out of range; versions begin at 1"


@rule(114)
def version_unique(version: int, other: str | None) -> str | None:
    """Two start messages do not have one version."""
    return f"start version {version} is that of {other} too; give each its own" if other else None


@rule(115)
def version_field(message: str, fields: Sequence[str]) -> str | None:
    """A start message outside a wrapper has one version field: marked, or named `start_version`."""
    if len(fields) == 1:
        return None
    if fields:
        return f"start message {message} has {len(fields)} fields marked start_version; keep one"
    return (
        f"start message {message} has no version field; add uint32 start_version, or wrap the versions in "
        "a oneof"
    )


@rule(116)
def version_field_type(field: str, fits: bool) -> str | None:
    """The version field is a singular `uint32`."""
    return None if fits else f"version field {field} is not a single uint32; change its type"


@rule(117)
def one_style(wrapper: str, others: Sequence[str]) -> str | None:
    """Start messages stand side by side or in one wrapper, not both."""
    if not others:
        return None
    return (
        f"start wrapper {wrapper} stands beside start message {others[0]}; move every version into one "
        "wrapper's oneof"
    )


@rule(118)
def wrapper_version(message: str, present: bool) -> str | None:
    """A wrapper has no version of its own."""
    return (
        f"version has no meaning on the wrapper {message}; its cases have versions; remove it"
        if present
        else None
    )


@rule(119)
def wrapper_result(message: str, present: bool) -> str | None:
    """A wrapper has no result of its own."""
    if not present:
        return None
    return f"result has no meaning on the wrapper {message}; set it on the start messages in its oneof"


@rule(120)
def from_path(path: str, found: bool) -> str | None:
    """`from` is a path of singular fields from the envelope."""
    if found:
        return None
    return (
        f"from {quote(path)} is not a path of single fields of the envelope; give the path from the "
        "envelope down"
    )


@rule(121)
def from_type(path: str, field: str, fits: bool) -> str | None:
    """`from` joins two single fields of one type."""
    return (
        None
        if fits
        else f"from {quote(path)} leads to a field of another type than {field}; make the types equal"
    )


@rule(122)
def fill_unambiguous(message: str, fields: Sequence[str], source: str) -> str | None:
    """One field of a start message is of the key's type, and one of each payload's, unless `from` decides."""
    if len(fields) <= 1:
        return None
    return (
        f"ingress cannot tell which of {', '.join(fields[:4])} of {message} to fill from {source}; mark "
        "them with from, or keep one"
    )


@rule(123)
def version_field_not_filled(field: str, marked: bool) -> str | None:
    """The version field has no `from`."""
    return (
        f"version field {field} cannot have from: it always holds the version; remove it" if marked else None
    )
