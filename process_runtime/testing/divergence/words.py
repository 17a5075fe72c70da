"""Events of a history and commands of workflow code, in the same words."""

from __future__ import annotations

import json
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

__all__ = ["event_type", "kind_of_command", "kind_of_event", "told_command", "told_event"]

_PATCH: Final = "core_patch"
_LOCAL: Final = "core_local_activity"

# Kinds of what a workflow can ask for: by the attributes of the event that says so in the history ...
_EVENTS: Final = {
    "activity_task_scheduled": "activity",
    "activity_task_cancel_requested": "activity cancelled",
    "timer_started": "timer",
    "timer_canceled": "timer cancelled",
    "start_child_workflow_execution_initiated": "child",
    "signal_external_workflow_execution_initiated": "signal",
    "request_cancel_external_workflow_execution_initiated": "workflow cancelled",
    "nexus_operation_scheduled": "nexus",
    "nexus_operation_cancel_requested": "nexus cancelled",
    "upsert_workflow_search_attributes": "search attributes",
    "workflow_properties_modified": "memo",
    "workflow_execution_update_accepted": "update accepted",
    "workflow_execution_update_completed": "update completed",
    "workflow_execution_completed": "completes",
    "workflow_execution_failed": "fails",
    "workflow_execution_canceled": "ends cancelled",
    "workflow_execution_continued_as_new": "continues as new",
}
# ... and by the SDK's command.
_COMMANDS: Final = {
    "schedule_activity": "activity",
    "request_cancel_activity": "activity cancelled",
    "schedule_local_activity": "local activity",
    "request_cancel_local_activity": "",
    "start_timer": "timer",
    "cancel_timer": "timer cancelled",
    "start_child_workflow_execution": "child",
    "cancel_child_workflow_execution": "workflow cancelled",
    "signal_external_workflow_execution": "signal",
    "cancel_signal_workflow": "",
    "request_cancel_external_workflow_execution": "workflow cancelled",
    "schedule_nexus_operation": "nexus",
    "request_cancel_nexus_operation": "nexus cancelled",
    "set_patch_marker": "patch",
    "upsert_workflow_search_attributes": "search attributes",
    "modify_workflow_properties": "memo",
    "complete_workflow_execution": "completes",
    "fail_workflow_execution": "fails",
    "cancel_workflow_execution": "ends cancelled",
    "continue_as_new_workflow_execution": "continues as new",
    "respond_to_query": "",
}
# Where the name of it stands.
_NAMES_IN_EVENTS: Final = {
    "activity_task_scheduled": "activity_type.name",
    "timer_started": "start_to_fire_timeout",
    "start_child_workflow_execution_initiated": "workflow_type.name",
    "signal_external_workflow_execution_initiated": "signal_name",
    "nexus_operation_scheduled": "operation",
}
_NAMES_IN_COMMANDS: Final = {
    "schedule_activity": "activity_type",
    "schedule_local_activity": "activity_type",
    "start_timer": "start_to_fire_timeout",
    "start_child_workflow_execution": "workflow_type",
    "signal_external_workflow_execution": "signal_name",
    "schedule_nexus_operation": "operation",
    "set_patch_marker": "patch_id",
}
_TOLD: Final = {
    "activity": "asks for the activity {}",
    "activity cancelled": "cancels an activity",
    "local activity": "asks for the local activity {}",
    "timer": "starts a timer of {}",
    "timer cancelled": "cancels a timer",
    "child": "starts the child workflow {}",
    "signal": "sends the signal {}",
    "workflow cancelled": "cancels another workflow",
    "nexus": "asks for the Nexus operation {}",
    "nexus cancelled": "cancels a Nexus operation",
    "patch": "notes the patch {}",
    "search attributes": "sets search attributes",
    "memo": "changes the memo",
    "marker": "records the marker {}",
    "update accepted": "accepts an update",
    "update completed": "answers an update",
    "completes": "ends the workflow with its result",
    "fails": "fails the workflow",
    "ends cancelled": "ends the workflow as cancelled",
    "continues as new": "continues as new",
}


def event_type(event: HistoryEvent) -> str:
    """Return the type of an event as Temporal's UI writes it."""
    words = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").split("_")
    return "".join(word.capitalize() for word in words)


def kind_of_event(event: HistoryEvent) -> tuple[str, str]:
    """Return what a workflow asked for according to an event, and the name of it.

    The kind is empty for what no command of workflow code leads to.
    """
    field = event.WhichOneof("attributes") or ""
    attributes = getattr(event, field, None)
    name = field.removesuffix("_event_attributes")
    if name == "marker_recorded":
        return _marker(attributes)
    return _EVENTS.get(name, ""), _named(attributes, _NAMES_IN_EVENTS.get(name))


def kind_of_command(command: Any) -> tuple[str, str]:
    """Return the same of a command; the kind is empty for one that no event tells of."""
    variant = command.WhichOneof("variant") or ""
    if variant == "update_response":
        answer = command.update_response.WhichOneof("response")
        return ("" if answer in (None, "rejected") else f"update {answer}"), ""
    return _COMMANDS.get(variant, ""), _named(
        getattr(command, variant, None), _NAMES_IN_COMMANDS.get(variant)
    )


def told_event(event: HistoryEvent) -> str:
    """Return what the workflow did according to an event."""
    kind, name = kind_of_event(event)
    return _TOLD[kind].format(name) if kind else f"has the event {event_type(event)}"


def told_command(command: Any) -> str:
    """Return what the workflow did with a command."""
    kind, name = kind_of_command(command)
    return _TOLD[kind].format(name)


def _named(attributes: Any, path: str | None) -> str:
    if path is None:
        return ""
    for part in path.split("."):
        attributes = getattr(attributes, part)
    return _lasting(attributes) if isinstance(attributes, Duration) else str(attributes)


def _marker(attributes: Any) -> tuple[str, str]:
    """A marker of the SDK's is a patch, or a local activity that has ended."""
    payloads = [payload for held in attributes.details.values() for payload in held.payloads]
    said: dict[str, Any] = {}
    for payload in payloads:
        try:
            value = json.loads(payload.data)
        except ValueError:
            continue
        if isinstance(value, dict):
            said |= value
    if attributes.marker_name == _PATCH:
        return "patch", str(said.get("id", ""))
    if attributes.marker_name == _LOCAL:
        return "local activity", str(said.get("activity_type", ""))
    return "marker", attributes.marker_name


def _lasting(duration: Duration) -> str:
    """A length of time as people write it, `1 h 30 min`."""
    rest = duration.seconds
    parts = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
    if rest or duration.nanos or not parts:
        parts.append(f"{rest + duration.nanos / 1e9:g} s")
    return " ".join(parts)
