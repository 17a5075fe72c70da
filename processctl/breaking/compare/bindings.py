"""How a process is bound to the world: streams, subscriptions, schedules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from processctl.breaking.contract import Contract, shown
from processctl.breaking.rule import (
    Change,
    Rise,
    Rule,
    addition,
    breaks_executions,
    breaks_peers,
    needs_patching,
    safe,
)
from protoc_gen_process.model import Schedule, Stream, Subscription

_INGRESS, _PUBLISH, _SCHEDULES = 20, 21, 22  # field numbers of ProcessOptions
_PROGRESS = "progress"
_NOT_NOTED = "keep running executions on their build (PINNED in a worker deployment), or let them end first"

STREAM_ADDED = addition(
    "STREAM_ADDED", "Nothing of running executions goes there.", "bind it in the deployment first"
)
STREAM_REMOVED = breaks_peers(
    "STREAM_REMOVED", "Nothing comes from it any more.", "keep it as long as somebody listens"
)
STREAM_REBOUND = safe(
    "STREAM_REBOUND", "It says which binding of a deployment is meant.", "bind it in the deployment first"
)
PROGRESS_ADDED = needs_patching(
    "PROGRESS_ADDED",
    "Running executions would tell their phases, which their histories do not hold.",
    _NOT_NOTED,
    rise=Rise.MINOR,
)
PROGRESS_REMOVED = needs_patching(
    "PROGRESS_REMOVED",
    "Histories hold that phases were told, which a replay would not repeat; and nobody hears of them.",
    _NOT_NOTED,
    rise=Rise.MAJOR,
)
SUBSCRIPTION_ADDED = addition(
    "SUBSCRIPTION_ADDED", "Events come from one more place.", "bind it in the deployment first"
)
SUBSCRIPTION_REMOVED = breaks_peers(
    "SUBSCRIPTION_REMOVED",
    "What is sent there reaches no process any more; under another name, it is read from another position.",
    "keep it as long as somebody sends there",
)
SUBSCRIPTION_REBOUND = safe(
    "SUBSCRIPTION_REBOUND",
    "It says which binding of a deployment is meant.",
    "bind it in the deployment first",
)
SCHEDULE_ADDED = addition(
    "SCHEDULE_ADDED", "It starts executions of its own.", "run `processctl schedules apply`"
)
SCHEDULE_REMOVED = safe(
    "SCHEDULE_REMOVED", "What it started goes on.", "run `processctl schedules apply`, which deletes it"
)
LAST_SCHEDULE_REMOVED = breaks_executions(
    "LAST_SCHEDULE_REMOVED",
    "The small workflow that waits for each scheduled execution is no longer registered, and hangs.",
    "pause the schedules, and remove the last when no `….scheduled` execution runs",
)
SCHEDULE_CHANGED = safe(
    "SCHEDULE_CHANGED", "It holds for what starts from now on.", "run `processctl schedules apply`"
)


def compare_bindings(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the changes of streams, subscriptions and schedules."""
    before, after = old.process, new.process
    streams = [{stream.name: stream for stream in process.streams} for process in (before, after)]
    progress = [each.pop(_PROGRESS, None) for each in streams]
    if progress[0] is None and progress[1] is not None:
        yield PROGRESS_ADDED(f"stream {_PROGRESS}", at=_PUBLISH)
    elif progress[1] is None and progress[0] is not None:
        yield PROGRESS_REMOVED(f"stream {_PROGRESS}", at=_PUBLISH)
    elif progress[0] is not None and progress[1] is not None and progress[0] != progress[1]:
        yield STREAM_REBOUND(f"stream {_PROGRESS}", *map(_binding, (progress[0], progress[1])), at=_PUBLISH)
    rules = STREAM_ADDED, STREAM_REMOVED, STREAM_REBOUND
    yield from _compare_named("stream", _PUBLISH, rules, streams[0], streams[1])
    subscriptions = [{each.name: each for each in process.subscriptions} for process in (before, after)]
    rules = SUBSCRIPTION_ADDED, SUBSCRIPTION_REMOVED, SUBSCRIPTION_REBOUND
    yield from _compare_named("subscription", _INGRESS, rules, subscriptions[0], subscriptions[1])
    schedules = [{schedule.name: schedule for schedule in process.schedules} for process in (before, after)]
    removed = SCHEDULE_REMOVED if after.schedules else LAST_SCHEDULE_REMOVED
    rules = SCHEDULE_ADDED, removed, SCHEDULE_CHANGED
    yield from _compare_named("schedule", _SCHEDULES, rules, schedules[0], schedules[1])


def _compare_named(
    what: str, at: int, rules: tuple[Rule, Rule, Rule], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    added, removed, changed = rules
    for name in sorted(before.keys() | after.keys()):
        subject = f"{what} {name}"
        if name not in before:
            yield added(subject, at=at)
        elif name not in after:
            yield removed(subject, at=at)
        elif before[name] != after[name]:
            yield changed(subject, *map(_binding, (before[name], after[name])), at=at)


def _binding(each: Stream | Subscription | Schedule) -> str:
    if not isinstance(each, Schedule):
        return f"{each.kind} {each.binding_ref}"
    when = each.cron or f"every {shown(each.interval)}"
    zone = f" {each.time_zone}" if each.time_zone else ""
    window = f", catch-up {shown(each.catchup_window)}" if each.catchup_window else ""
    return f"{when}{zone}, {each.overlap}{window}"
