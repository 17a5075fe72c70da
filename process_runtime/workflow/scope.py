"""What activity calls tell the execution they belong to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from google.protobuf.message import Message

if TYPE_CHECKING:
    from process_runtime.workflow.activity_stub import ActivityOptions, RetryOptions


@dataclass(frozen=True, slots=True)
class Compensation:
    """An activity that undoes something."""

    activity: ActivityOptions
    request: Message
    retry: RetryOptions | None = None
    """Instead of the activity's own."""


@dataclass(slots=True)
class ProcessScope:
    """Activity calls in flight and the compensations owed, of one execution."""

    compensations: list[Compensation] = field(default_factory=list)
    """In the order they came to be owed."""
    calls: list[asyncio.Task[Any] | None] = field(default_factory=list)
    """The task of each call in flight, in the order they were made."""
    begun: int = 0
    """How many calls were made."""
    ended: bool = False
    """Whether the process has failed or was cancelled, and undoes what was done."""

    @property
    def in_flight(self) -> int:
        """How many calls have not come back."""
        return len(self.calls)

    def refuse_if_ended(self) -> None:
        """Cancel who calls anything after the end.

        Raises:
            asyncio.CancelledError: The process has ended.
        """
        if self.ended:
            raise asyncio.CancelledError

    @contextmanager
    def activity(self) -> Iterator[None]:
        """Count a call as in flight."""
        task = asyncio.current_task()
        self.calls.append(task)
        self.begun += 1
        try:
            yield
        finally:
            self.calls.remove(task)


# Set by ProcessExecution.run() in the workflow's main task and inherited by every task started from it.
_scope: ContextVar[ProcessScope | None] = ContextVar("process_runtime.workflow.scope", default=None)


def enter_scope(scope: ProcessScope) -> None:
    """Make `scope` the one of this task and of all tasks it starts."""
    _scope.set(scope)


def current_scope() -> ProcessScope | None:
    """The scope of the running task; None outside a process."""
    return _scope.get()
