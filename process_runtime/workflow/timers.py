"""The time of a wait: when it ends, and the steps on the way there."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from process_runtime.workflow.carried import CarriedTimer

Action = Callable[[], Awaitable[Any]]

_AFTER: Final = "after"
_BEFORE_END: Final = "before_end"
_END_OF_TIME: Final = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do once in the course of a wait; made by :func:`after` and :func:`before_end`."""

    label: str
    """When, in a form that outlives the run; how a new run knows that it was done."""
    action: Action


def after(delay: timedelta, action: Action) -> Step:
    """A step `delay` after the beginning of the wait.

    Args:
        delay: Zero is at once. A step that would come after the end of the wait is never done.
        action: May call activities, emit facts and change the state.

    Raises:
        ValueError: `delay` is below zero.
    """
    return Step(_label(_AFTER, delay), action)


def before_end(lead: timedelta, action: Action) -> Step:
    """A step `lead` before the timeout or deadline of the wait: a warning.

    Args:
        lead: A wait that is shorter does the step at once.
        action: May call activities, emit facts and change the state.

    Raises:
        ValueError: `lead` is below zero.
    """
    return Step(_label(_BEFORE_END, lead), action)


@dataclass(slots=True, kw_only=True)
class Timer:
    """The time of one wait. Times are seconds since the epoch."""

    name: str = ""
    timeout: float | None = None
    """Seconds that the wait was asked to take at most."""
    deadline: float | None = None
    """When it was asked to end at the latest."""
    began: float
    """When its time began, or was last begun anew."""
    ends: float | None = None
    ran: list[str] = field(default_factory=list)
    """Labels of the steps that were done."""
    due: float = math.inf
    """When there is something to do next, if it is only to end."""
    _actions: dict[str, Action] = field(default_factory=dict)

    @classmethod
    def begin(cls, name: str, timeout: timedelta | None, deadline: datetime | None, now: float) -> Timer:
        """A timer that begins now.

        Raises:
            ValueError: `deadline` has no time zone.
        """
        timer = cls(name=name, timeout=_seconds(timeout), deadline=_moment(deadline), began=now)
        timer.ends = _earliest(now, timer.timeout, timer.deadline)
        timer._plan()
        return timer

    @classmethod
    def resume(cls, carried: CarriedTimer) -> Timer:
        """The timer that the last run carried over; its steps come with the wait that goes on."""
        return cls(
            name=carried.name,
            timeout=carried.timeout,
            deadline=carried.deadline,
            began=carried.began,
            ends=carried.ends,
            ran=list(carried.ran),
        )

    def carried(self) -> CarriedTimer:
        """The timer as the next run takes it over."""
        return CarriedTimer(
            name=self.name,
            timeout=self.timeout,
            deadline=self.deadline,
            began=self.began,
            ends=self.ends,
            ran=list(self.ran),
        )

    def is_for(self, other: Timer) -> bool:
        """Whether a wait that was carried over is the one that asks for `other`."""
        return (self.name, self.timeout, self.deadline) == (other.name, other.timeout, other.deadline)

    def add_steps(self, steps: Sequence[Step]) -> None:
        """Say what is to be done on the way.

        Raises:
            ValueError: A step counts from an end that the wait does not have.
        """
        self._actions = {}
        for step in steps:
            # Of two at one moment each is done, in the order given.
            twins = sum(label.partition("#")[0] == step.label for label in self._actions)
            self._actions[f"{step.label}#{twins}" if twins else step.label] = step.action
        if self.ends is None and any(step.label.startswith(_BEFORE_END) for step in steps):
            raise ValueError("before_end() needs a wait with a timeout or a deadline")
        self._plan()

    def reset(self, now: float, timeout: timedelta | None, deadline: datetime | None) -> None:
        """Begin anew, with the wait's own timeout and deadline or others.

        Steps are done again, but for those whose moment did not move into the future.
        """
        self.began = now
        if timeout is None and deadline is None:
            self.ends = _earliest(now, self.timeout, self.deadline)
        else:
            self.ends = _earliest(now, _seconds(timeout), _moment(deadline))
        self.ran = [label for label in self.ran if self._moment_of(label) <= now]
        self._plan()

    def take(self) -> Action | None:
        """What was due: a step, which counts as done from now on; None when the wait is over."""
        label = self._next()
        if label is None:
            return None
        self.ran.append(label)
        self._plan()
        return self._actions[label]

    def _plan(self) -> None:
        label = self._next()
        if label is not None:
            self.due = self._moment_of(label)
        else:
            self.due = math.inf if self.ends is None else self.ends

    def _next(self) -> str | None:
        """The step that comes next, if one comes before the end."""
        ends = math.inf if self.ends is None else self.ends
        owed = [label for label in self._actions if label not in self.ran and self._moment_of(label) <= ends]
        return min(owed, key=self._moment_of, default=None)

    def _moment_of(self, label: str) -> float:
        kind, seconds = label.partition("#")[0].split()
        if kind == _AFTER:
            return self.began + float(seconds)
        return math.inf if self.ends is None else self.ends - float(seconds)


def _label(kind: str, distance: timedelta) -> str:
    if distance < timedelta(0):
        raise ValueError(f"{kind}({distance}): the time is below zero")
    return f"{kind} {distance.total_seconds()}"


def _seconds(timeout: timedelta | None) -> float | None:
    return None if timeout is None else timeout.total_seconds()


def _moment(deadline: datetime | None) -> float | None:
    if deadline is None:
        return None
    if deadline.tzinfo is None:
        raise ValueError(f"the deadline {deadline} has no time zone: it would depend on the machine")
    return deadline.timestamp()


def _earliest(now: float, timeout: float | None, deadline: float | None) -> float | None:
    ends = [deadline] if deadline is not None else []
    if timeout is not None:
        ends.append(now + timeout)
    return min((*ends, _END_OF_TIME)) if ends else None
