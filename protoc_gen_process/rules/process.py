"""PGP010 to PGP039: the `(process.v1.process)` option of a file."""

from __future__ import annotations

import re
from datetime import timedelta

from protoc_gen_process.diagnostics import quote
from protoc_gen_process.rules._rule import rule

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LOGICAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,126}")
_TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,254}")
_KIND = re.compile(r"[a-z][a-z0-9-]*")
_ADDRESS = re.compile(r"://|^//|@|^[^\s/]+:\d{1,5}(/|$)|^\[?[0-9a-fA-F]*:[0-9a-fA-F:]*\]?(:\d+)?$")
_SECRET = re.compile(
    r"(?i)(password|passwd|secret|token|api[_-]?key)\s*[=:]|^(bearer|basic)\s|-----BEGIN"
    r"|(//|^)[^\s/:@]*:[^\s/@]+@"
    r"|(?-i:^eyJ[\w-]+\.[\w-]+\.|^AKIA[0-9A-Z]{16}$|^gh[oprsu]_\w{20,}$|^xox[abprs]-)"
)
_MAX_SECONDS = 315_576_000_000  # google.protobuf.Duration: about 10,000 years


@rule(10)
def name_valid(name: str | None) -> str | None:
    """A process has a name like `order-fulfillment`, of at most 63 characters."""
    if name is None:
        return 'name is not set; add one such as name: "order-fulfillment"'
    if len(name) > 63:
        return f"name {quote(name)} has {len(name)} characters; at most 63 are allowed"
    if not _NAME.fullmatch(name):
        return (
            f"name {quote(name)} is not made of lower-case words joined by single hyphens; "
            'write one such as "order-fulfillment"'
        )
    return None


@rule(11)
def api_major_set(present: bool) -> str | None:
    """`api_major` is set."""
    return (
        None if present else "api_major is not set; add api_major: 1, and raise it with every breaking change"
    )


@rule(12)
def api_minor_set(present: bool) -> str | None:
    """`api_minor` is set."""
    return (
        None if present else "api_minor is not set; add api_minor: 0, and raise it with every additive change"
    )


@rule(13)
def name_unique(name: str, other_file: str | None) -> str | None:
    """Two files do not describe processes of one name."""
    if other_file is None:
        return None
    return f"process {quote(name)} is described in {quote(other_file)} too; give one of them another name"


@rule(14)
def workflow_type_valid(value: str) -> str | None:
    """`workflow_type` is a letter or `_`, then up to 254 letters, digits, `_`, `.` and `-`."""
    if value.startswith("__temporal"):
        return f"workflow_type {quote(value)} begins like one of Temporal's own; choose another beginning"
    if _TYPE.fullmatch(value):
        return None
    return (
        f"workflow_type {quote(value)} is not 1 to 255 letters, digits, '_', '.' and '-' that begin with a "
        "letter or '_'; write one such as orders.v1.Order"
    )


@rule(15)
def workflow_type_unique(value: str, other: str | None) -> str | None:
    """Two processes do not have one workflow type."""
    if other is None:
        return None
    return f"workflow_type {quote(value)} is that of process {quote(other)} too; set another workflow_type"


@rule(16)
def logical_name(field: str, value: str | None) -> str | None:
    """Groups, queues, subscriptions, streams, schedules, bindings and the ID prefix have logical names."""
    if value is None:
        return f"{field} is not set; add a logical name of letters, digits, '.', '_' and '-'"
    if _LOGICAL.fullmatch(value) or _ADDRESS.search(value) or _SECRET.search(value):
        return None
    return (
        f"{field} {quote(value)} is not a logical name: 1 to 127 letters, digits, '.', '_' and '-', no "
        "mark in front"
    )


@rule(17)
def no_address(field: str, value: str | None) -> str | None:
    """No logical name or kind looks like a URL, a host with a port, or a credential."""
    if value is None:
        return None
    if _SECRET.search(value):
        return f"{field} looks like a credential; name a binding here and give the credential at deployment"
    if _ADDRESS.search(value):
        return (
            f"{field} {quote(value)} looks like an address; give a logical name here and bind it to an "
            "address at deployment"
        )
    return None


@rule(18)
def queue_unique(queue: str, group: str, other_group: str | None) -> str | None:
    """Two worker groups do not share a task queue."""
    if other_group is None:
        return None
    return (
        f"task queue {quote(queue)} of {group} is that of {other_group} too, and each worker would receive "
        "tasks of types it does not know; set another default_task_queue, or one worker_group for both"
    )


@rule(19)
def queue_agrees(queue: str, group: str, other_queue: str, other: str) -> str | None:
    """The processes of a worker group share one task queue."""
    if queue == other_queue:
        return None
    return (
        f"default_task_queue {quote(queue)} differs from {quote(other_queue)} of process {quote(other)} in "
        f"the same worker {group}; set one queue for the group"
    )


@rule(20)
def singleton_policy(policy: str) -> str | None:
    """`singleton_per_key` goes with REJECT_DUPLICATE only."""
    if policy == "REJECT_DUPLICATE":
        return None
    return (
        f"singleton_per_key allows one execution ever for each key, reuse_policy {policy} allows more; "
        "remove one of them"
    )


@rule(21)
def duration_valid(field: str, seconds: int, nanos: int) -> str | None:
    """A duration is not negative, not out of range and no finer than a microsecond."""
    if seconds < 0 or nanos < 0:
        return f"{field} is negative; give a duration of zero or more"
    if seconds > _MAX_SECONDS or nanos > 999_999_999:
        return f"{field} is out of the range of google.protobuf.Duration; give at most {_MAX_SECONDS} seconds"
    if nanos % 1000:
        return f"{field} is finer than a microsecond; round its nanos to thousands"
    return None


@rule(22)
def duration_positive(field: str, value: timedelta) -> str | None:
    """Timeouts and intervals of activities, schedule intervals and catch-up windows are not zero."""
    return None if value else f"{field} is zero; give a positive duration, or leave it out for the default"


@rule(23)
def binding_kind(field: str, value: str | None) -> str | None:
    """The `kind` of a subscription or stream is set and is a lower-case word such as `kafka`."""
    if value is None:
        return f'{field} is not set; add the kind of broker, such as kind: "kafka"'
    if _KIND.fullmatch(value) or _ADDRESS.search(value) or _SECRET.search(value):
        return None
    return f'{field} {quote(value)} is not lower-case letters, digits and hyphens; write one such as "kafka"'


@rule(24)
def names_unique(field: str, name: str, seen: frozenset[str]) -> str | None:
    """Names in one list differ."""
    return f"{field} {quote(name)} stands twice in its list; rename one" if name in seen else None


@rule(25)
def package_unique(package: str, other: str | None) -> str | None:
    """Two processes or worker groups do not give one Python package, nor one that a proto file gives."""
    if other is None:
        return None
    return f"the Python package {package} would be that of {other} too; rename one of them"
