"""What a process does: its activities."""

from __future__ import annotations

from collections.abc import Iterator

from processctl.breaking.contract import Contract, shown
from processctl.breaking.rule import Change, addition, breaks_executions, needs_patching, safe
from protoc_gen_process.model import Activity, Retry

_ANOTHER_RPC = (
    "leave the rpc as it is, add another one, and call that where `self.patched(…)` says so; or keep running "
    "executions on their build (PINNED in a worker deployment)"
)
_TIMEOUTS = ("start_to_close_timeout", "schedule_to_close_timeout", "schedule_to_start_timeout")

ACTIVITY_ADDED = addition(
    "ACTIVITY_ADDED",
    "Nothing calls it yet.",
    "where workflow code that running executions have passed calls it, ask a Patch",
)
ACTIVITY_REMOVED = breaks_executions(
    "ACTIVITY_REMOVED",
    "Histories hold calls of it, and what is scheduled finds no worker.",
    "keep the rpc until no history holds a call; let new executions go without it by a Patch",
)
ACTIVITY_RENAMED = breaks_executions(
    "ACTIVITY_RENAMED",
    "The name is the activity's type: histories hold the old one, and what is scheduled finds no worker.",
    "keep the name; or add an rpc of the new one beside it, and choose by a Patch",
)
ACTIVITY_MESSAGE_CHANGED = breaks_executions(
    "ACTIVITY_MESSAGE_CHANGED",
    "Calls and results in histories hold the old message.",
    "keep the message and add fields to it, or add another rpc",
)
ACTIVITY_LOCAL_CHANGED = needs_patching(
    "ACTIVITY_LOCAL_CHANGED",
    "A local activity leaves a marker in the history and any other a task, so a replay differs.",
    _ANOTHER_RPC,
)
ACTIVITY_CANCELLATION_CHANGED = needs_patching(
    "ACTIVITY_CANCELLATION_CHANGED",
    "In an execution that was cancelled during the call, a replay asks for another cancellation, or none.",
    _ANOTHER_RPC,
)
ACTIVITY_COMPENSATION_CHANGED = needs_patching(
    "ACTIVITY_COMPENSATION_CHANGED",
    "An execution that failed or was cancelled after the call, and is undoing, replays other compensations.",
    _ANOTHER_RPC,
)
ACTIVITY_QUEUE_ADDED = safe(
    "ACTIVITY_QUEUE_ADDED",
    "What is scheduled waits on the workflow's queue, whose worker still performs it.",
    "let workers of the new queue run first",
)
ACTIVITY_QUEUE_CHANGED = needs_patching(
    "ACTIVITY_QUEUE_CHANGED",
    "What is scheduled waits on the old queue, for a worker that may be gone.",
    "let workers of the old queue run until it is empty",
)
ACTIVITY_TIMEOUT_CHANGED = safe(
    "ACTIVITY_TIMEOUT_CHANGED", "A replay does not compare it, and what is scheduled keeps its own."
)
ACTIVITY_HEARTBEAT_CHANGED = safe(
    "ACTIVITY_HEARTBEAT_CHANGED",
    "A replay does not compare it, and what is scheduled keeps its own.",
    "see that the implementation heartbeats more often than that",
)
ACTIVITY_RETRY_CHANGED = safe(
    "ACTIVITY_RETRY_CHANGED", "A replay does not compare it, and what is scheduled keeps its own."
)


def compare_activities(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the changes of activities."""
    before = {activity.name: activity for activity in old.process.activities}
    after = {activity.name: activity for activity in new.process.activities}
    removed = [activity for name, activity in before.items() if name not in after]
    added = [activity for name, activity in after.items() if name not in before]
    for activity in removed:
        renamed = _renamed(activity, removed, added)
        if renamed is None:
            yield ACTIVITY_REMOVED(f"activity {activity.name}", at=activity.name)
        else:
            added.remove(renamed)
            yield ACTIVITY_RENAMED("activity", activity.name, renamed.name, at=renamed.name)
    for activity in added:
        yield ACTIVITY_ADDED(f"activity {activity.name}", at=activity.name)
    for name, activity in after.items():
        if name in before:
            yield from _compare_activity(before[name], activity)


def _renamed(activity: Activity, removed: list[Activity], added: list[Activity]) -> Activity | None:
    """Return the new activity that is this one under another name, if there is no doubt."""
    alike = [other for other in added if _messages(other) == _messages(activity)]
    is_alone = sum(_messages(other) == _messages(activity) for other in removed) == 1
    return alike[0] if len(alike) == 1 and is_alone else None


def _messages(activity: Activity) -> tuple[str, str]:
    return activity.input.full_name, activity.output.full_name


def _compare_activity(before: Activity, after: Activity) -> Iterator[Change]:
    at, name = after.name, f"activity {after.name}"
    for what, names in zip(
        ("request", "response"), zip(_messages(before), _messages(after), strict=True), strict=True
    ):
        if names[0] != names[1]:
            yield ACTIVITY_MESSAGE_CHANGED(f"{what} of {after.name}", *names, at=at)
    if before.local != after.local:
        yield ACTIVITY_LOCAL_CHANGED(
            name, *("local" if a.local else "not local" for a in (before, after)), at=at
        )
    if before.task_queue != after.task_queue:
        queues = (activity.task_queue or "the workflow's" for activity in (before, after))
        rule = ACTIVITY_QUEUE_ADDED if before.task_queue is None else ACTIVITY_QUEUE_CHANGED
        yield rule(f"task queue of {after.name}", *queues, at=at)
    if before.cancellation is not after.cancellation:
        values = (activity.cancellation.value for activity in (before, after))
        yield ACTIVITY_CANCELLATION_CHANGED(f"cancellation of {after.name}", *values, at=at)
    if before.compensated_by != after.compensated_by:
        yield ACTIVITY_COMPENSATION_CHANGED(
            f"compensation of {after.name}", before.compensated_by, after.compensated_by, at=at
        )
    for field in _TIMEOUTS:
        timeouts = getattr(before, field), getattr(after, field)
        if timeouts[0] != timeouts[1]:
            yield ACTIVITY_TIMEOUT_CHANGED(f"{field} of {after.name}", *map(shown, timeouts), at=at)
    if before.heartbeat_timeout != after.heartbeat_timeout:
        timeouts = before.heartbeat_timeout, after.heartbeat_timeout
        yield ACTIVITY_HEARTBEAT_CHANGED(f"heartbeat_timeout of {after.name}", *map(shown, timeouts), at=at)
    if before.retry != after.retry:
        yield ACTIVITY_RETRY_CHANGED(
            f"retry of {after.name}", _retry(before.retry), _retry(after.retry), at=at
        )


def _retry(retry: Retry) -> str:
    attempts = f"{retry.maximum_attempts} attempts" if retry.maximum_attempts else "no limit"
    waits = (
        f"{shown(retry.initial_interval)} x {retry.backoff_coefficient:g} to {shown(retry.maximum_interval)}"
    )
    errors = (
        f", not {', '.join(sorted(retry.non_retryable_error_types))}"
        if retry.non_retryable_error_types
        else ""
    )
    return f"{attempts}, {waits}{errors}"
