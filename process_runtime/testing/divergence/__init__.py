"""Replays histories, and says of one that does not replay where history and code part."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from process_runtime.testing.divergence.locate import locate, sdk_message
from process_runtime.testing.divergence.watch import Asked, Place, Watch, Watched
from process_runtime.testing.divergence.words import event_type, told_command, told_event
from process_runtime.testing.workers import difference, replayer
from process_runtime.worker import ProcessRegistration

__all__ = ["Divergence", "Place", "Watch", "find_divergence", "find_divergences", "replay_watched"]


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """Where a history and the code at hand part."""

    event_id: int | None
    """The first event that the code does not lead to; None where it is not known."""
    event_type: str
    """E.g. ``ActivityTaskScheduled``."""
    history: str
    """What the workflow did then."""
    code: str
    """What the code does now."""
    stack: tuple[Place, ...]
    """The lines of workflow code that do it, or that wait, innermost first; empty if nobody knows."""
    message: str
    """What Temporal's SDK says of it."""
    error: str = ""
    """The type of the exception with which the code failed."""

    @property
    def near(self) -> Place | None:
        """The line next to it."""
        return self.stack[0] if self.stack else None

    def __str__(self) -> str:
        """Say it in several lines."""
        return "\n".join(["the replay differs" + self.where, *self.lines()])

    @property
    def where(self) -> str:
        """At which event, to stand behind other words."""
        return "" if self.event_id is None else f" at event {self.event_id} {self.event_type}"

    def lines(self, shown: Callable[[str], str] = str) -> Iterator[str]:
        """Say the rest, line by line.

        Args:
            shown: Writes a path.
        """
        yield f"  history: {self.history}"
        yield f"  code:    {self.code}"
        for place, word in zip(self.stack, chain(["near: "], repeat("from: ")), strict=False):
            yield f"  {word}   {shown(place.path)}:{place.line} in {place.function}"
            if place.source:
                yield f"             {place.source}"
        if self.event_id is None:
            yield f"  SDK:     {self.message}"


async def find_divergences(
    registration: ProcessRegistration, histories: Sequence[WorkflowHistory]
) -> AsyncIterator[Divergence | None]:
    """Replay histories on the process's current code, and yield of each where they part; None if they do not.

    An execution that failed by a bug fails by it again: that is no difference.

    Args:
        registration: The process.
        histories: To replay, in this order.
    """
    module = sys.modules[registration.workflow.__module__]
    watch = Watch(generated=[str(Path(str(module.__file__)).parent)])
    async for found in replay_watched(replayer(registration, interceptors=[watch]), watch, histories):
        yield found


async def replay_watched(
    replayer: Replayer, watch: Watch, histories: Sequence[WorkflowHistory]
) -> AsyncIterator[Divergence | None]:
    """Replay histories with any replayer, and yield of each where they part; None if they do not.

    Args:
        replayer: Of whatever workflows.
        watch: One of its interceptors.
        histories: To replay, in this order.
    """

    async def each() -> AsyncIterator[WorkflowHistory]:
        for history in histories:
            # An execution that never comes to its code must not be told what the one before did.
            watch.watched = Watched()
            yield history

    async with replayer.workflow_replay_iterator(each()) as results:
        async for result in results:
            failure = difference(result)
            yield None if failure is None else _divergence(result.history, watch.watched, failure)


def _divergence(history: WorkflowHistory, watched: Watched, failure: Exception) -> Divergence:
    message, error = sdk_message(failure), ""
    if watched.failure is not None:
        error = watched.failure.application_failure_info.type or "an error"
    found = locate(history.events, watched, message)
    event, asked = found.event, found.asked
    if asked is not None:
        code, stack = told_command(asked.command), asked.stack or _last_stack(watched.asked, asked)
    elif watched.failure is not None:
        code, stack = f"fails with {error}: {watched.failure.message}", watched.raised
    elif watched.waits:
        code, stack = "asks for nothing more, and waits", watched.waits[0]
    else:
        code, stack = "asks for nothing more", _last_stack(watched.asked)
    return Divergence(
        event_id=None if event is None else event.event_id,
        event_type="" if event is None else event_type(event),
        history="asks for nothing more" if event is None or found.is_surplus else told_event(event),
        code=code,
        stack=stack,
        message=message,
        error=error,
    )


def _last_stack(asked: Sequence[Asked], before: Asked | None = None) -> tuple[Place, ...]:
    """Where the code last did something: what ends `run` is not asked for from a line of it."""
    earlier = asked if before is None else asked[: asked.index(before)]
    return next((one.stack for one in reversed(earlier) if one.stack), ())
