"""The ledger process on the dev server."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from process_runtime import testing
from process_runtime.testing import SESSION
from process_runtime.testing.histories import chain
from process_runtime.worker import workflow_options
from process_runtime.workflow import CarriedState, ProcessStatus
from tests.runtime.workflow.ledger import events, ledger_pb2
from tests.runtime.workflow.ledger.activities import activity_functions
from tests.runtime.workflow.ledger.bank import MemoryBank
from tests.runtime.workflow.ledger.registration import REGISTRATION
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow

_PATIENCE = timedelta(seconds=90)

Handle = WorkflowHandle[LedgerWorkflow, ledger_pb2.LedgerResult]


eventually = partial(testing.eventually, patience=_PATIENCE.total_seconds())


async def has_heard_the_cancellation(handle: Handle) -> bool:
    """Whether workflow code has seen the request to cancel."""
    requested = False
    for event in (await handle.fetch_history()).events:
        requested |= event.HasField("workflow_execution_cancel_requested_event_attributes")
        if requested and event.HasField("workflow_task_completed_event_attributes"):
            return True
    return False


@dataclass
class LedgerHouse:
    """A worker for ledgers, as production runs it: a bug stops a step rather than the execution."""

    client: Client
    task_queue: str
    bank: MemoryBank

    def worker(self, *, max_cached_workflows: int = 1000) -> Worker:
        return Worker(
            self.client,
            task_queue=self.task_queue,
            workflows=[LedgerWorkflow],
            activities=activity_functions(self.bank),
            **workflow_options([REGISTRATION]),
            max_cached_workflows=max_cached_workflows,
        )

    async def start(self, course: str = "", **options: Any) -> Handle:
        return await self._start([events.start(course)], options)

    async def continue_from(self, carried: CarriedState, course: str = "", **options: Any) -> Handle:
        """Start an execution as Continue-As-New would start its next run."""
        return await self._start([events.start(course), carried], options)

    async def _start(self, arguments: list[Any], options: dict[str, Any]) -> Handle:
        handle = await self.client.start_workflow(
            LedgerWorkflow.run,
            args=arguments,
            id=f"ledger-{uuid.uuid4()}",
            task_queue=self.task_queue,
            id_reuse_policy=REGISTRATION.contract.reuse_policy,
            task_timeout=timedelta(seconds=2),
            # What would wait for ever after a lost event fails instead.
            execution_timeout=_PATIENCE,
            **options,
        )
        # Without a run ID: the handle follows the execution through Continue-As-New.
        return self.client.get_workflow_handle_for(LedgerWorkflow.run, handle.id)

    async def status(self, handle: Handle) -> ProcessStatus:
        status: ProcessStatus = await handle.query("process_status", result_type=ProcessStatus)
        return status

    async def histories(self, handle: Handle) -> list[WorkflowHistory]:
        """The history of every run, first run first."""
        # From run to run: the server's list of executions shows them late.
        last = await self.client.get_workflow_handle(handle.id).fetch_history()
        first = last.events[0].workflow_execution_started_event_attributes.first_execution_run_id
        return await chain(self.client, handle.id, first)


@pytest_asyncio.fixture(loop_scope="session")
async def house(request: pytest.FixtureRequest, temporal_env: WorkflowEnvironment) -> LedgerHouse:
    """Without a worker: the test runs it. Its executions are replayed at the session's end."""
    queue = f"ledger-{uuid.uuid4()}"
    if request.node.get_closest_marker("changes_code") is None:
        SESSION.serve(queue, REGISTRATION)
    return LedgerHouse(temporal_env.client, queue, MemoryBank())


@pytest_asyncio.fixture(loop_scope="session")
async def ledgers(house: LedgerHouse) -> AsyncIterator[LedgerHouse]:
    """With a running worker."""
    async with house.worker():
        yield house
