"""Whether an execution has anything left to do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from temporalio.api.enums.v1 import EventType, PendingActivityState
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle, WorkflowHistory
from temporalio.exceptions import ApplicationError, FailureError

from process_runtime.testing.waiting import PATIENCE_SECONDS, eventually

__all__ = ["at_rest", "cause_of", "reason", "stuck"]

# The history says it and not the description: the time-skipping server describes no workflow task.
_TASK_BEGINS = EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
_TASK_ENDS = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
_ACTIVITY_BEGINS = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
_ACTIVITY_ENDS = {
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: "activity_task_completed_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED: "activity_task_failed_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: "activity_task_timed_out_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED: "activity_task_canceled_event_attributes",
}


async def at_rest(
    handle: WorkflowHandle[Any, Any],
    hanging: Collection[str] = (),
    *,
    patience: float = PATIENCE_SECONDS,
) -> None:
    """Wait until an execution waits only: for events, for time, or for an activity's next attempt.

    Args:
        handle: Of the execution, without a run.
        hanging: Idempotency keys of activity calls that do not count, because a test holds them.
        patience: Longest wait, in seconds.

    Raises:
        AssertionError: It goes on; with what it is doing.
    """

    async def problem() -> str:
        return f"{handle.id} does not come to rest: {await stuck(handle)}"

    await eventually(lambda: _rests(handle, hanging), problem, patience=patience)


async def _rests(handle: WorkflowHandle[Any, Any], hanging: Collection[str]) -> bool:
    history = await handle.fetch_history()
    # Looked at after the history: an activity that is not here any more has ended, and a task follows.
    description = await handle.describe()
    if description.status is not WorkflowExecutionStatus.RUNNING:
        return True
    pending_task, activities = _open(history)
    if pending_task:
        return False
    waiting = {
        activity.activity_id
        for activity in description.raw_description.pending_activities
        if activity.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED and activity.attempt > 1
    }
    prefix = f"{handle.id}/{history.run_id}/"
    return all(activity in waiting or f"{prefix}{activity}" in hanging for activity in activities.values())


def _open(history: WorkflowHistory) -> tuple[bool, dict[int, str]]:
    """Whether a workflow task is open, and the IDs of open activities by their event."""
    # A run has its first task before it: one that another run continued as gets it a second later.
    task, activities = True, {}
    for event in history.events:
        if event.event_type == _TASK_BEGINS:
            task = True
        elif event.event_type == _TASK_ENDS:
            task = False
        elif event.event_type == _ACTIVITY_BEGINS:
            activities[event.event_id] = event.activity_task_scheduled_event_attributes.activity_id
        elif event.event_type in _ACTIVITY_ENDS:
            ended = getattr(event, _ACTIVITY_ENDS[event.event_type])
            activities.pop(ended.scheduled_event_id, None)
    return task, activities


async def stuck(handle: WorkflowHandle[Any, Any]) -> str:
    """What an execution that should be quiet is doing, in words."""
    history = await handle.fetch_history()
    for event in reversed(history.events):
        if event.HasField("workflow_task_failed_event_attributes"):
            return event.workflow_task_failed_event_attributes.failure.message
    raw = (await handle.describe()).raw_description
    activities = ", ".join(activity.activity_type.name for activity in raw.pending_activities)
    return f"activities in flight: {activities}" if activities else "its last step is not done"


def cause_of(error: BaseException) -> BaseException:
    """Return why an execution failed: its own first word, else what an activity said, else the last cause."""
    while not isinstance(error, ApplicationError) and isinstance(error, FailureError) and error.cause:
        error = error.cause
    return error


def reason(error: BaseException) -> str:
    """The same in words, with the exception's type."""
    cause = cause_of(error)
    kind = cause.type if isinstance(cause, ApplicationError) else type(cause).__name__
    return f"{kind}: {cause.message if isinstance(cause, FailureError) else cause}"
