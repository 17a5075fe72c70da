"""What activity calls tell the execution they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from google.protobuf.message import Message

if TYPE_CHECKING:
    from process_runtime.workflow.activity_stub import ActivityOptions


@dataclass(frozen=True, slots=True)
class Compensation:
    """An activity that undoes one that succeeded."""

    activity: ActivityOptions
    request: Message
    """The request of the activity it undoes."""


@dataclass(slots=True)
class ProcessScope:
    """Activity calls in flight and the compensations owed, of one execution."""

    in_flight: int = 0
    compensations: list[Compensation] = field(default_factory=list)
    """In the order the activities succeeded."""

    @contextmanager
    def activity(self) -> Iterator[None]:
        """Count a call as in flight."""
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1


# Set by ProcessExecution.run() in the workflow's main task and inherited by every task started from it.
_scope: ContextVar[ProcessScope | None] = ContextVar("process_runtime.workflow.scope", default=None)


def enter_scope(scope: ProcessScope) -> None:
    """Make `scope` the one of this task and of all tasks it starts."""
    _scope.set(scope)


def current_scope() -> ProcessScope | None:
    """The scope of the running task; None outside a process."""
    return _scope.get()
