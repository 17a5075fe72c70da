"""The first run: every snippet on a real server, in the sandbox, and without it what that stops.

    python -m tests.policy.proof.first_run ADDRESS PLAN FOLDER

Histories go to FOLDER, one file each, and with them what became of each snippet, as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import sys
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from temporalio import activity
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RawValue
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import _Definition as Definition

from tests.policy.proof.loading import AnyWorkflow, Loaded, end_with, load, workflow_id

_AT_ONCE: Final = 12
_RESTRICTED: Final = ("RestrictedWorkflowAccessError", "Cannot access ")
_DEADLOCK: Final = "TMPRL1101"  # a busy machine has it as well, once
_ENOUGH_DEADLOCKS: Final = 2
_OF_THE_CODE: Final = {
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR,
}
_CLOSED: Final = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
}


class _Sandbox(SandboxedWorkflowRunner):
    """Takes note of what the sandbox does not load, instead of not starting."""

    def __init__(self) -> None:
        super().__init__()
        object.__setattr__(self, "refused", {})

    def prepare_workflow(self, defn: Definition) -> None:
        try:
            super().prepare_workflow(defn)
        except Exception as error:  # noqa: BLE001 - whatever code does at its import
            self.refused[defn.name] = str(error)  # type: ignore[attr-defined]


class _Runs:
    def __init__(self, client: Client, folder: Path, loaded: Sequence[Loaded]) -> None:
        self._client = client
        self._folder = folder
        self._by_type = {entry.workflow_type: entry for entry in loaded if entry.workflow_type}

    async def run(self, runner: Any, entries: Sequence[Loaded]) -> dict[str, str]:
        """Run each and return what became of it: `closed`, or why it is stuck."""
        queue = str(uuid.uuid4())
        turns = asyncio.Semaphore(_AT_ONCE)
        results: dict[str, str] = {}

        async def one(entry: Loaded) -> None:
            async with turns:
                results[entry.name] = await self._executions(entry, queue)

        workflows = dict.fromkeys(found for entry in entries for found in entry.workflows)
        async with (
            Worker(
                self._client,
                task_queue=queue,
                workflows=[*workflows, AnyWorkflow],
                activities=[self._any_activity()],
                workflow_runner=runner,
                workflow_task_executor=ThreadPoolExecutor(64),
            ),
            asyncio.TaskGroup() as tasks,
        ):
            refused: dict[str, str] = getattr(runner, "refused", {})
            for entry in entries:
                if entry.workflow_type in refused:
                    results[entry.name] = f"{_RESTRICTED[0]}: {refused[entry.workflow_type]}"
                else:
                    tasks.create_task(one(entry))
        return results

    def _any_activity(self) -> Any:
        @activity.defn(dynamic=True)
        async def any_activity(arguments: Sequence[RawValue]) -> Any:
            """Call what the snippet has of this name; else do nothing."""
            info = activity.info()
            found = self._by_type[str(info.workflow_type)].activities.get(info.activity_type)
            if found is None:
                return None
            result = found(*(activity.payload_converter().from_payload(raw.payload) for raw in arguments))
            return await result if inspect.isawaitable(result) else result

        return any_activity

    async def _executions(self, entry: Loaded, queue: str) -> str:
        result = ""
        for number in range(entry.drive["executions"]):
            handle = await self._client.start_workflow(
                entry.workflow_type,
                args=entry.drive["start"],
                id=workflow_id(entry.name),
                task_queue=queue,
            )
            messages = asyncio.ensure_future(_send(handle, entry.drive["messages"]))
            result = await _outcome(self._client, handle)
            messages.cancel()
            with contextlib.suppress(asyncio.CancelledError, RPCError, Exception):
                await messages
            if result != "closed":
                with contextlib.suppress(RPCError):
                    await handle.terminate()
                return result
            target = self._folder / f"{entry.name}.{number}"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(History(events=(await handle.fetch_history()).events).SerializeToString())
        return result


async def _send(handle: WorkflowHandle[Any, Any], messages: Sequence[tuple[str, str, list[Any]]]) -> None:
    for kind, name, arguments in messages:
        match kind:
            case "signal":
                await handle.signal(name, args=arguments)
            case "update":
                await handle.execute_update(name, args=arguments)
            case _:
                await handle.query(name, args=arguments)


async def _outcome(client: Client, handle: WorkflowHandle[Any, Any]) -> str:
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.event_type in _CLOSED:
            return "closed"
        failed = _task_failure(event)
        if failed and (_DEADLOCK not in failed or await _again(handle)):
            return failed
    return "closed"


async def _again(handle: WorkflowHandle[Any, Any]) -> bool:
    """Whether every attempt of a workflow task ends so; False when one went well."""
    while True:
        described = (await handle.describe()).raw_description
        if not described.HasField("pending_workflow_task"):
            return False
        if described.pending_workflow_task.attempt > _ENOUGH_DEADLOCKS:
            return True
        await asyncio.sleep(0.1)


def _task_failure(event: HistoryEvent) -> str | None:
    """What the workflow's code raised; the server has tasks done again for reasons of its own as well."""
    failed = event.workflow_task_failed_event_attributes
    if failed.cause not in _OF_THE_CODE:
        return None
    failure, texts = failed.failure, []
    while failure.message:
        texts.append(f"{failure.application_failure_info.type} {failure.message}")
        failure = failure.cause
    return " <- ".join(texts) or "failed"


def _stops(result: str) -> bool:
    return any(text in result for text in _RESTRICTED)


async def _main(address: str, plan: Path, folder: Path) -> None:
    loaded = load(plan)
    results: dict[str, dict[str, str]] = {
        entry.name: {"refused": entry.refused} for entry in loaded if entry.refused
    }
    accepted = [entry for entry in loaded if not entry.refused]
    runs = _Runs(await Client.connect(address), folder, accepted)
    for name, result in (await runs.run(_Sandbox(), accepted)).items():
        results[name] = {"result": result, "sandbox": "stops" if _stops(result) else "passes"}
    # A history is as good from inside the sandbox; but nothing outlives an execution there.
    again = [
        entry
        for entry in accepted
        if results[entry.name]["sandbox"] == "stops" or entry.drive["executions"] > 1
    ]
    for name, result in (await runs.run(UnsandboxedWorkflowRunner(), again)).items():
        results[name]["result"] = result
    (folder / "results.json").write_text(json.dumps(results))


if __name__ == "__main__":
    end_with(_main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
