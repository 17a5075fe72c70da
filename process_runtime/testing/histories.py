"""The executions that a test starts, and their histories."""

from __future__ import annotations

from typing import Any

from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    StartWorkflowUpdateWithStartInput,
    WorkflowHandle,
    WorkflowHistory,
    WorkflowUpdateHandle,
)

__all__ = ["StartedExecutions", "chain", "was_performed", "watched"]


class StartedExecutions(Interceptor):
    """A client interceptor that remembers what was started through the client."""

    def __init__(self) -> None:
        self.runs: dict[tuple[str, str], None] = {}
        """Workflow ID and run ID of each start, in order."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name
        """Look at every start on its way back."""
        return _Starts(next, self)

    def add(self, workflow_id: str, run_id: str | None) -> None:
        """Remember an execution."""
        if run_id:
            self.runs[workflow_id, run_id] = None

    async def histories(self, client: Client) -> list[WorkflowHistory]:
        """Return the history of every run of every execution, each once."""
        found: dict[str, WorkflowHistory] = {}
        for workflow_id, run_id in self.runs:
            if run_id not in found:
                found |= {history.run_id: history for history in await chain(client, workflow_id, run_id)}
        return list(found.values())


class _Starts(OutboundInterceptor):
    def __init__(self, next_: OutboundInterceptor, started: StartedExecutions) -> None:
        super().__init__(next_)
        self._started = started

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002
        handle = await super().start_workflow(input)
        self._started.add(handle.id, handle.result_run_id or handle.first_execution_run_id)
        return handle

    async def start_update_with_start_workflow(
        self,
        input: StartWorkflowUpdateWithStartInput,  # noqa: A002
    ) -> WorkflowUpdateHandle[Any]:
        handle = await super().start_update_with_start_workflow(input)
        self._started.add(handle.workflow_id, handle.workflow_run_id)
        return handle


def watched(client: Client) -> tuple[Client, StartedExecutions]:
    """Return a client like `client`, and what will be started through it."""
    started = StartedExecutions()
    config = client.config()
    config["interceptors"] = [*config["interceptors"], started]
    return Client(**config), started


def was_performed(history: WorkflowHistory) -> bool:
    """Whether a worker has done a step of it, which is what a replay repeats."""
    return any(event.HasField("workflow_task_completed_event_attributes") for event in history.events)


async def chain(client: Client, workflow_id: str, run_id: str) -> list[WorkflowHistory]:
    """Return the histories of a run and of those that it continued as, first run first."""
    histories = []
    while run_id:
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        histories.append(history)
        last = history.events[-1]
        ended = last.WhichOneof("attributes") or ""
        run_id = getattr(getattr(last, ended), "new_execution_run_id", "")
    return histories
