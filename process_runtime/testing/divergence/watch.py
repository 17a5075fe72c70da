"""Watches workflow code while it is replayed: what it asks for, from which line, and where it waits."""

from __future__ import annotations

import linecache
import re
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final

import temporalio
from temporalio import workflow
from temporalio.api.failure.v1 import Failure
from temporalio.worker import (
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

import process_runtime

__all__ = ["Asked", "Place", "Watch", "Watched"]

_FRAME: Final = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+), in (?P<function>\S+)')
_FRAMEWORK: Final = tuple(f"{Path(str(module.__file__)).parent}/" for module in (temporalio, process_runtime))
_STANDARD_LIBRARY: Final = f"{sysconfig.get_path('stdlib')}/"
_INSTALLED: Final = ("/site-packages/", "/dist-packages/")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of code."""

    path: str
    line: int
    function: str

    @property
    def source(self) -> str:
        """The text of the line; empty if its file cannot be read."""
        return linecache.getline(self.path, self.line).strip()


@dataclass(frozen=True, slots=True)
class Asked:
    """A command of workflow code."""

    command: Any
    """The SDK's ``WorkflowCommand``."""
    task: int
    """The event with which the workflow task began that it was given in."""
    stack: tuple[Place, ...]
    """The lines of people's code that led to it, innermost first."""


@dataclass(slots=True)
class Watched:
    """What the code of one execution did in its replay."""

    asked: list[Asked] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)
    """The event with which each workflow task began."""
    waits: list[tuple[Place, ...]] = field(default_factory=list)
    """Where the code waited in the end, ``run`` first."""
    failure: Failure | None = None
    """With which the last task failed in people's code."""
    raised: tuple[Place, ...] = ()
    """Where."""


class Watch(Interceptor):
    """Watches the executions that a replayer replays, one after the other."""

    def __init__(self, generated: Sequence[str] = ()) -> None:
        """Watch.

        Args:
            generated: Folders of generated code: a line there is named if no line of people's is there.
        """
        self.watched = Watched()
        """Of the execution that was replayed last."""
        self._generated = tuple(f"{folder}/" for folder in generated)

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the SDK's name
    ) -> type[WorkflowInboundInterceptor]:
        """Return the interceptor of one workflow."""
        watch = self

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(outbound)
                # Private to the SDK, which offers no look at commands from where they are given.
                watch._begin(workflow._Runtime.current())

        return Inbound

    def _begin(self, instance: Any) -> None:
        watched = self.watched = Watched()
        add_command, activate = instance._add_command, instance.activate

        def watched_add_command() -> Any:
            command = add_command()
            stack = self._peoples(_running(sys._getframe(1)))
            watched.asked.append(Asked(command, instance._current_history_length, stack))
            return command

        def watched_activate(activation: Any) -> Any:
            if any(job.HasField("remove_from_cache") for job in activation.jobs):
                # What the code waits for is thrown into it next.
                watched.waits = self._waits(instance)
                return activate(activation)
            if activation.history_length not in watched.tasks[-1:]:
                watched.tasks.append(activation.history_length)
            completion = activate(activation)
            if completion.HasField("failed"):
                watched.failure = completion.failed.failure
                watched.raised = self._peoples(_traced(watched.failure))
            return completion

        instance._add_command, instance.activate = watched_add_command, watched_activate

    def _waits(self, instance: Any) -> list[tuple[Place, ...]]:
        """Where each task of the execution is suspended, as far as that is in people's code."""
        found: dict[tuple[Place, ...], bool] = {}
        for task in instance._tasks:
            stack = self._peoples(reversed(list(_suspended(task.get_coro()))))
            if stack and not self._is_generated(stack[0]):
                found[stack] = any(place.function == "run" for place in stack)
        return sorted(found, key=lambda stack: (not found[stack], stack))

    def _peoples(self, places: Iterator[Place]) -> tuple[Place, ...]:
        """The lines of people's code, or if there are none of generated code."""
        own = [place for place in places if not _is_framework(place)]
        return tuple([place for place in own if not self._is_generated(place)] or own)

    def _is_generated(self, place: Place) -> bool:
        return place.path.startswith(self._generated)


def _is_framework(place: Place) -> bool:
    if place.path.startswith(_FRAMEWORK) or place.path.startswith("<"):
        return True
    return place.path.startswith(_STANDARD_LIBRARY) and not any(part in place.path for part in _INSTALLED)


def _running(frame: FrameType | None) -> Iterator[Place]:
    """The stack from `frame` outwards."""
    while frame is not None:
        yield Place(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
        frame = frame.f_back


def _suspended(awaited: Any) -> Iterator[Place]:
    """The stack of a coroutine that waits, outermost first."""
    while awaited is not None:
        kind = next((kind for kind in ("cr", "gi", "ag") if hasattr(awaited, f"{kind}_frame")), None)
        if kind is None:
            return
        frame = getattr(awaited, f"{kind}_frame")
        if frame is not None:
            yield Place(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
        awaited = getattr(awaited, "gi_yieldfrom" if kind == "gi" else f"{kind}_await")


def _traced(failure: Failure) -> Iterator[Place]:
    """The stack of an exception, innermost first."""
    for found in reversed(list(_FRAME.finditer(failure.stack_trace))):
        yield Place(found["path"], int(found["line"]), found["function"])
