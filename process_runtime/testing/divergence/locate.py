"""Finds the first event of a history at which the code at hand does something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from temporalio.api.history.v1 import HistoryEvent

from process_runtime.testing.divergence.watch import Asked, Watched
from process_runtime.testing.divergence.words import kind_of_command, kind_of_event

__all__ = ["Difference", "locate", "sdk_message"]

# The SDK wraps the text that says what is wrong into the debug output of its own types.
_MESSAGE: Final = re.compile(r'message: "((?:[^"\\]|\\.)*)"')
_NOISE: Final = re.compile(r"\[TMPRL\d+\] (Nondeterminism error: )?")
_EVENT: Final = re.compile(r"(?:HistoryEvent\(id: |event_id: )(\d+)")
# These are in the history whenever they were asked for, and in their order.
_ONE_BY_ONE: Final = frozenset(
    {
        "activity",
        "timer",
        "child",
        "signal",
        "nexus",
        "completes",
        "fails",
        "ends cancelled",
        "continues as new",
    }
)
# What each cancels, and where it says which.
_CANCELS: Final = {
    "cancel_timer": ("start_timer", "seq"),
    "request_cancel_activity": ("schedule_activity", "seq"),
    "cancel_child_workflow_execution": ("start_child_workflow_execution", "child_workflow_seq"),
    "request_cancel_nexus_operation": ("schedule_nexus_operation", "seq"),
}
# Compared by type alone: the SDK looks at no name of these.
_UNNAMED: Final = frozenset({"timer"})


@dataclass(frozen=True, slots=True)
class Difference:
    """Where history and code part."""

    event: HistoryEvent | None
    """None where the history ends before."""
    asked: Asked | None
    """What the code did in place of it; None where it did nothing more."""
    is_surplus: bool = False
    """Whether the code does more than the history has of the workflow task whose completion `event` is."""


def sdk_message(failure: BaseException) -> str:
    """Return what the SDK says of a failed replay."""
    found = _MESSAGE.search(str(failure))
    text = str(failure) if found is None else found[1].replace('\\"', '"').replace("\\'", "'")
    return _NOISE.sub("", text)


def locate(events: Sequence[HistoryEvent], watched: Watched, message: str) -> Difference:
    """Return where the code parts from the history first.

    The commands of each workflow task are laid beside the events that it left in the history. The SDK notices
    some differences late: a command too many only where the next one does not fit.

    Args:
        events: Of the history.
        watched: What the code did.
        message: What the SDK says.
    """
    for task in watched.tasks[:-1]:
        found = _first_unequal(_task(events, task), _given(watched.asked, task))
        if found is not None:
            return found
    last = watched.tasks[-1] if watched.tasks else 0
    recorded, asked = _task(events, last), _given(watched.asked, last)
    said = _EVENT.search(message)
    if said is not None:
        number = int(said[1])
        place = next((at for at, event in enumerate(recorded.events) if event.event_id == number), len(asked))
        return Difference(
            next((event for event in events if event.event_id == number), None),
            asked[place] if place < len(asked) else None,
        )
    found = _first_unequal(recorded, asked, strictly=False)
    return found or Difference(recorded.events[-1] if recorded.events else recorded.completed, None)


@dataclass(frozen=True, slots=True)
class _Task:
    completed: HistoryEvent | None
    events: list[HistoryEvent]
    """To which commands lead, one by one."""


def _first_unequal(recorded: _Task, asked: Sequence[Asked], *, strictly: bool = True) -> Difference | None:
    events = recorded.events
    if recorded.completed is None:
        return None
    if strictly:
        # Of the others, the SDK leaves some out of the history.
        events = [event for event in events if kind_of_event(event)[0] in _ONE_BY_ONE]
        asked = [one for one in asked if kind_of_command(one.command)[0] in _ONE_BY_ONE]
    for event, one in zip_longest(events, asked):
        if event is None:
            return Difference(recorded.completed, one, is_surplus=True) if strictly else None
        if one is None or not _same(kind_of_event(event), kind_of_command(one.command)):
            return Difference(event, one)
    return None


def _task(events: Sequence[HistoryEvent], started: int) -> _Task:
    """What the workflow task that began with event `started` left."""
    completed: HistoryEvent | None = None
    found: list[HistoryEvent] = []
    for event in events:
        if event.event_id <= started:
            continue
        # By its place: not every server says which task it is that was completed.
        if completed is None:
            if not event.HasField("workflow_task_completed_event_attributes"):
                break
            completed = event
        else:
            kind, _ = kind_of_event(event)
            if not kind:
                break
            if kind == "search attributes" and found and kind_of_event(found[-1])[0] == "patch":
                continue  # by which the SDK lets patches be searched for
            found.append(event)
    # The marker of a local activity comes when it has ended, in whichever task that is.
    return _Task(completed, [event for event in found if kind_of_event(event)[0] != "local activity"])


def _given(asked: Sequence[Asked], task: int) -> list[Asked]:
    """The commands of a workflow task that lead to events, one by one."""
    begun: dict[tuple[str, int], Asked] = {}
    given: list[Asked] = []
    for one in asked:
        kind, _ = kind_of_command(one.command)
        if one.task != task or kind in ("", "local activity"):
            continue
        variant = one.command.WhichOneof("variant")
        begins, seq = _CANCELS.get(variant, ("", ""))
        number = getattr(getattr(one.command, variant), seq or "seq", 0)
        if (taken_back := begun.get((begins, number))) is not None:
            # Begun and cancelled within one task: the server hears of neither.
            given.remove(taken_back)
            continue
        begun[variant, number] = one
        given.append(one)
    return given


def _same(event: tuple[str, str], command: tuple[str, str]) -> bool:
    return event[0] == command[0] and (event[0] in _UNNAMED or event[1] == command[1])
