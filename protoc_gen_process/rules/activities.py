"""PGP150 to PGP169: activities. PGP170 to PGP179: schedules."""

from __future__ import annotations

import math
from datetime import timedelta

from protoc_gen_process.diagnostics import quote
from protoc_gen_process.rules._rule import rule


@rule(150)
def service_marked(method: str, marked: bool) -> str | None:
    """An rpc with (process.v1.activity) is in a service with (process.v1.activities)."""
    if marked:
        return None
    return (
        f"rpc {method} is an activity in a service that is none; add option (process.v1.activities) = {{}} "
        "to the service"
    )


@rule(151)
def method_unary(method: str, streaming: bool) -> str | None:
    """An activity is unary."""
    return (
        f"activity {method} is streaming; make it unary: an activity has one request and one response"
        if streaming
        else None
    )


@rule(152)
def defaults_without_compensation(present: bool) -> str | None:
    """`compensated_by` stands on a single rpc, not in ActivityDefaults."""
    return (
        "compensated_by has no meaning for a whole service; move it to the rpc it undoes" if present else None
    )


@rule(153)
def compensation_known(method: str, value: str, known: bool) -> str | None:
    """`compensated_by` names another rpc of the same service."""
    if known and value != method:
        return None
    if value == method:
        return f"activity {method} cannot undo itself; name another rpc of its service in compensated_by"
    return f"compensated_by {quote(value)} is no rpc of the same service; correct the name"


@rule(154)
def local_without(field: str, present: bool) -> str | None:
    """`local` goes with no `task_queue`, `heartbeat_timeout` or `schedule_to_start_timeout`."""
    return (
        f"a local activity runs in the workflow's own worker and has no {field}; remove one of them"
        if present
        else None
    )


@rule(155)
def backoff_valid(value: float) -> str | None:
    """`backoff_coefficient` is a finite number of at least 1."""
    if math.isfinite(value) and value >= 1:
        return None
    return (
        f"backoff_coefficient {value} is less than 1 or no number; give at least 1, which means a constant "
        "interval"
    )


@rule(156)
def attempts_valid(value: int) -> str | None:
    """`maximum_attempts` is not negative; 0 means no limit."""
    return (
        None
        if value >= 0
        else f"maximum_attempts {value} is negative; give a positive number, or 0 for no limit"
    )


@rule(157)
def intervals_ordered(initial: timedelta, maximum: timedelta) -> str | None:
    """`maximum_interval` is not less than `initial_interval`."""
    if maximum >= initial:
        return None
    return "maximum_interval is less than initial_interval; raise it"


@rule(170)
def schedule_one_spec(name: str, cron: bool, interval: bool) -> str | None:
    """A schedule has exactly one of `cron` and `interval`."""
    if cron != interval:
        return None
    has = "both cron and interval" if cron else "neither cron nor interval"
    return f"schedule {quote(name)} has {has}; give exactly one"


@rule(171)
def cron_valid(value: str, valid: bool) -> str | None:
    """`cron` has five fields, or is one of `@hourly` to `@yearly`."""
    if valid:
        return None
    return (
        f"cron {quote(value)} is not valid; write minute, hour, day of month, month and day of week, such as "
        '"30 6 * * MON-FRI", or @hourly, @daily, @weekly, @monthly, @yearly'
    )


@rule(172)
def time_zone_known(value: str, known: bool) -> str | None:
    """`time_zone` is an IANA name."""
    return (
        None if known else f"time_zone {quote(value)} is no IANA time zone; write one such as Europe/Berlin"
    )


@rule(173)
def time_zone_with_cron(cron: bool) -> str | None:
    """`time_zone` goes with `cron`."""
    return None if cron else "time_zone has no meaning for an interval; use cron, or remove it"
