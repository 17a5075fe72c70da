"""PGP130 to PGP149: state, search attributes, and what stands in a file without a process."""

from __future__ import annotations

import re
from collections.abc import Sequence

from protoc_gen_process.diagnostics import quote
from protoc_gen_process.rules._rule import rule

# `temporal operator search-attribute list` of an empty namespace; what begins with Temporal is its own too.
_TEMPORALS = frozenset(
    {
        "BatcherNamespace",
        "BatcherUser",
        "BinaryChecksums",
        "BuildIds",
        "CloseTime",
        "ExecutionDuration",
        "ExecutionStatus",
        "ExecutionTime",
        "HistoryLength",
        "HistorySizeBytes",
        "ParentRunId",
        "ParentWorkflowId",
        "RootRunId",
        "RootWorkflowId",
        "RunId",
        "StartTime",
        "StateTransitionCount",
        "TaskQueue",
        "WorkflowId",
        "WorkflowType",
    }
)
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


@rule(130)
def state_unique(message: str, first: str | None) -> str | None:
    """A process has at most one state message."""
    return f"{message} is a second state beside {first}; keep one" if first else None


@rule(131)
def search_attribute_name(value: str) -> str | None:
    """A search attribute's name is a letter followed by up to 63 letters, digits and `_`."""
    if _ATTRIBUTE.fullmatch(value):
        return None
    return (
        f"search attribute {quote(value)} is not a letter followed by up to 63 letters, digits and '_'; "
        "rename it"
    )


@rule(132)
def search_attribute_unique(value: str, seen: Sequence[str]) -> str | None:
    """Two fields of a state do not have one search attribute."""
    return f"search attribute {quote(value)} is set by two fields; rename one" if value in seen else None


@rule(133)
def search_attribute_type(field: str, kind: str | None) -> str | None:
    """A search attribute is a string, enum, number, bool or Timestamp field, or a list of strings."""
    if kind:
        return None
    return (
        f"field {field} cannot be a search attribute; use a string, enum, number, bool, "
        "google.protobuf.Timestamp or repeated string"
    )


@rule(134)
def search_attribute_public(field: str, sensitive: bool) -> str | None:
    """A sensitive field is no search attribute."""
    return (
        f"field {field} is sensitive, and search attributes are readable by all; remove one marker"
        if sensitive
        else None
    )


@rule(135)
def belongs_to_process(what: str, owned: bool) -> str | None:
    """Start, state, query and activity options stand in the file of a process."""
    if owned:
        return None
    return f"{what} is in a file without a process; move it to the file with the option (process.v1.process)"


@rule(136)
def search_attribute_free(value: str) -> str | None:
    """A search attribute does not have a name of Temporal's own."""
    if value in _TEMPORALS or value.startswith("Temporal"):
        return f"search attribute {quote(value)} is one of Temporal's own; rename it"
    return None
