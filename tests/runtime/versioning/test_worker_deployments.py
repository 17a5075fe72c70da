"""Worker deployments: each process of a group follows its contract's versioning behaviour."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.enums.v1 import VersioningBehavior as Behavior
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from process_runtime import testing
from process_runtime.config import WorkerSettings
from process_runtime.contract import ProcessContract
from process_runtime.worker import build_worker
from tests.runtime.versioning import pinned
from tests.runtime.workflow.ledger import contract, events, ledger_pb2
from tests.runtime.workflow.ledger.activities import activity_functions
from tests.runtime.workflow.ledger.bank import MemoryBank
from tests.runtime.workflow.ledger.registration import REGISTRATION as LEDGER

GROUP = [LEDGER, pinned.REGISTRATION]
eventually = partial(testing.eventually, patience=90)

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Rollout:
    """A worker deployment of its own, and the builds of it that run."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.name = f"ledgers-{uuid.uuid4()}"
        self.builds = AsyncExitStack()

    async def begin_build(self, build: str) -> None:
        """Start a worker of this build, and let new and upgrading executions go to it."""
        settings = WorkerSettings(temporal_deployment_name=self.name, temporal_worker_build_id=build)
        worker = build_worker(self.client, self.name, GROUP, activity_functions(MemoryBank()), settings)
        await self.builds.enter_async_context(worker)

        async def is_current() -> bool:
            request = SetWorkerDeploymentCurrentVersionRequest(
                namespace=self.client.namespace, deployment_name=self.name, build_id=build
            )
            try:
                await self.client.workflow_service.set_worker_deployment_current_version(request)
            except RPCError:
                return False  # not known before the worker's first polls
            return True

        await eventually(is_current)

    async def start(self, process: ProcessContract) -> WorkflowHandle[object, ledger_pb2.LedgerResult]:
        return await self.client.start_workflow(
            process.workflow_type,
            events.start(),
            **process.start_arguments(f"{process.name}-{uuid.uuid4()}", self.name),
            result_type=ledger_pb2.LedgerResult,
        )


@pytest.fixture
def client(temporal_env: WorkflowEnvironment) -> Client:
    return temporal_env.client


@asynccontextmanager
async def rollout_of(client: Client) -> AsyncIterator[Rollout]:
    rollout = Rollout(client)
    async with rollout.builds:
        yield rollout


async def tasks(handle: WorkflowHandle[object, ledger_pb2.LedgerResult]) -> list[tuple[str, int]]:
    """The build and the behaviour of every workflow task so far."""
    history = await handle.fetch_history()
    done = [
        event.workflow_task_completed_event_attributes
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    ]
    return [(task.deployment_version.build_id, task.versioning_behavior) for task in done]


@pytest.mark.requirement("R011")
async def test_in_a_mixed_group_the_pinned_process_stays_and_the_other_moves(client: Client) -> None:
    async with rollout_of(client) as rollout:
        await rollout.begin_build("1")
        moves, stays = await rollout.start(contract.CONTRACT), await rollout.start(pinned.CONTRACT)

        async def both_began() -> bool:
            return bool(await tasks(moves)) and bool(await tasks(stays))

        await eventually(both_began)
        assert {build for handle in (moves, stays) for build, _ in await tasks(handle)} == {"1"}
        await rollout.begin_build("2")

        async def has_moved() -> bool:
            for handle in (moves, stays):
                await handle.signal(contract.BOOKED, events.booked(str(uuid.uuid4())))
            return any(build == "2" for build, _ in await tasks(moves))

        await eventually(has_moved)
        for handle in (moves, stays):
            await handle.signal(contract.CLOSED, events.closed(str(uuid.uuid4())))
            await handle.result()
        assert {behavior for _, behavior in await tasks(moves)} == {Behavior.VERSIONING_BEHAVIOR_AUTO_UPGRADE}
        assert set(await tasks(stays)) == {("1", Behavior.VERSIONING_BEHAVIOR_PINNED)}
