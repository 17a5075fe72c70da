"""Which executions to take: those whose course the repo has no history of come first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from temporalio.client import Client, WorkflowHistory

from process_runtime.testing.divergence.words import kind_of_event
from process_runtime.testing.histories import was_performed

__all__ = ["Wanted", "chosen", "course"]

_CANDIDATES: Final = 4
"""How many executions are looked at for one that is taken."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which executions of a process to take."""

    query: str = ""
    """A visibility query of Temporal's; empty takes all."""
    since: datetime | None = None
    """Only those started since then."""
    limit: int = 5
    """At most so many of each process."""

    def of(self, workflow_type: str) -> str:
        """Return the whole query for one process."""
        # Safe inside quotes: the contract language sees to it.
        parts = [f"WorkflowType = '{workflow_type}'"]
        if self.query:
            parts.append(f"({self.query})")
        if self.since is not None:
            parts.append(f"StartTime >= '{self.since.astimezone(UTC).isoformat()}'")
        return " AND ".join(parts)


def course(history: WorkflowHistory) -> tuple[str, ...]:
    """Return what happens in a history in turn; the same for those in which the same things happen."""
    steps: list[str] = []
    for event in history.events:
        what: str = event.WhichOneof("attributes") or ""
        if what.startswith("workflow_task_"):
            continue  # in how many tasks it happens is chance
        kind, name = kind_of_event(event)
        if event.HasField("workflow_execution_signaled_event_attributes"):
            name = event.workflow_execution_signaled_event_attributes.signal_name
        step = what if kind == "timer" else f"{what} {name}"
        if steps[-1:] != [step]:
            steps.append(step)
    return tuple(steps)


async def chosen(
    client: Client, workflow_type: str, wanted: Wanted, known: Iterable[WorkflowHistory]
) -> AsyncIterator[WorkflowHistory]:
    """Yield the histories to take, those of another course than `known` and one another first.

    Args:
        client: Of the namespace.
        workflow_type: Of the process.
        wanted: Which.
        known: Histories that the repo has.
    """
    courses = {course(history) for history in known}
    spare: list[WorkflowHistory] = []
    left = wanted.limit
    async for execution in client.list_workflows(wanted.of(workflow_type), limit=wanted.limit * _CANDIDATES):
        handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
        history = await handle.fetch_history()
        if not was_performed(history):
            continue
        found = course(history)
        if found not in courses:
            courses.add(found)
            left -= 1
            yield history
        elif len(spare) < wanted.limit:
            spare.append(history)
        if not left:
            return
    for history in spare[:left]:
        yield history
