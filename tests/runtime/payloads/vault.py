"""The ledger served with payload settings of its own, and histories as Temporal keeps them."""

import base64
import json
import os
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Replayer, Worker

from process_runtime import testing
from process_runtime.converter import data_converter
from process_runtime.payloads.settings import PayloadSettings
from process_runtime.worker import workflow_options
from tests.runtime.workflow.ledger import events, ledger_pb2
from tests.runtime.workflow.ledger.activities import activity_functions
from tests.runtime.workflow.ledger.bank import MemoryBank
from tests.runtime.workflow.ledger.contract import BOOKED, CHARGED, CLOSED
from tests.runtime.workflow.ledger.registration import REGISTRATION
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow

PATIENCE = timedelta(seconds=120)

eventually = partial(testing.eventually, patience=PATIENCE.total_seconds())

Handle = WorkflowHandle[LedgerWorkflow, ledger_pb2.LedgerResult]


def settings(**fields: Any) -> PayloadSettings:
    """Settings with these fields, whatever the environment says."""
    return PayloadSettings.model_construct(
        **{name: fields.get(name, info.get_default()) for name, info in PayloadSettings.model_fields.items()}
    )


def new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def write_keys(path: Path, active: str | None, **keys: str) -> Path:
    """Write a keys file as a deployment does, at once."""
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"active": active, "keys": keys}))
    return draft.replace(path)


@dataclass
class Vault:
    """Ledgers on one task queue, for clients and workers with different payload settings."""

    server: Client
    queue: str = field(default_factory=lambda: f"vault-{uuid.uuid4()}")
    bank: MemoryBank = field(default_factory=MemoryBank)

    def client(self, payloads: PayloadSettings) -> Client:
        config = self.server.config()
        config["data_converter"] = data_converter(payloads)
        return Client(**config)

    def worker(self, payloads: PayloadSettings, *, cached: int = 0) -> Worker:
        """Without a cache each step decodes the whole history."""
        return Worker(
            self.client(payloads),
            task_queue=self.queue,
            workflows=[LedgerWorkflow],
            activities=activity_functions(self.bank),
            **workflow_options([REGISTRATION]),
            max_cached_workflows=cached,
        )

    async def start(self, payloads: PayloadSettings, course: str = "", **options: Any) -> Handle:
        client = self.client(payloads)
        handle = await client.start_workflow(
            LedgerWorkflow.run,
            args=[events.start(course)],
            id=f"vault-{uuid.uuid4()}",
            task_queue=self.queue,
            task_timeout=timedelta(seconds=5),
            execution_timeout=PATIENCE,
            **options,
        )
        return client.get_workflow_handle_for(LedgerWorkflow.run, handle.id)

    def handle(self, handle: Handle, payloads: PayloadSettings) -> Handle:
        """The same execution, for a client with other settings."""
        return self.client(payloads).get_workflow_handle_for(LedgerWorkflow.run, handle.id)

    async def runs(self, handle: Handle) -> list[list[HistoryEvent]]:
        """The raw events of every run, as they stand in Temporal's database."""
        run_id, runs = "", []
        while True:
            run = await self._events(handle.id, run_id)
            runs.append(run)
            started = run[0].workflow_execution_started_event_attributes
            if not started.continued_execution_run_id:
                return runs[::-1]
            run_id = started.continued_execution_run_id

    async def raw_history(self, handle: Handle) -> bytes:
        """Everything that Temporal keeps of the execution: all bytes of all runs."""
        return b"".join(event.SerializeToString() for run in await self.runs(handle) for event in run)

    async def task_failures(self, handle: Handle) -> list[str]:
        """What was said of failed workflow tasks of the last run."""
        client = handle._client
        texts = []
        for event in (await self.runs(handle))[-1]:
            if event.HasField("workflow_task_failed_event_attributes"):
                failure = event.workflow_task_failed_event_attributes.failure
                error: BaseException | None = await client.data_converter.decode_failure(failure)
                said = []
                while error is not None:
                    said.append(str(error))
                    error = error.__cause__
                texts.append(" <- ".join(said))
        return texts

    async def _events(self, workflow_id: str, run_id: str) -> list[HistoryEvent]:
        found: list[HistoryEvent] = []
        token = b""
        while True:
            page = await self.server.workflow_service.get_workflow_execution_history(
                GetWorkflowExecutionHistoryRequest(
                    namespace=self.server.namespace,
                    execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
                    next_page_token=token,
                )
            )
            found += page.history.events
            token = page.next_page_token
            if not token:
                return found


async def replay(handle: Handle, payloads: PayloadSettings) -> None:
    """Replay the last run on a worker with these settings."""
    replayer = Replayer(
        workflows=[LedgerWorkflow],
        **workflow_options([REGISTRATION]),
        data_converter=data_converter(payloads),
    )
    await replayer.replay_workflow(await handle.fetch_history())


async def book(handle: Handle, key: str, amount: int = 1) -> None:
    await handle.signal(BOOKED, events.booked(key, amount))


async def charge(handle: Handle, key: str) -> None:
    await handle.signal(CHARGED, events.charged(key))


async def close(handle: Handle) -> None:
    await handle.signal(CLOSED, events.closed())
