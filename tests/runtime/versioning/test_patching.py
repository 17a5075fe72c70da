"""Patches: what was recorded before a change replays on changed code, and what goes too early is found."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle, WorkflowHistory
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker
from temporalio.workflow import NondeterminismError

from process_runtime.converter import data_converter
from process_runtime.testing import eventually
from process_runtime.worker import workflow_options
from process_runtime.workflow import Patch
from tests.runtime.versioning import patched
from tests.runtime.workflow.ledger import events, ledger_pb2
from tests.runtime.workflow.ledger.registration import REGISTRATION

PATIENCE_SECONDS = 90
MEMO_CHANGED = EventType.EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED
Handle = WorkflowHandle[Any, ledger_pb2.LedgerResult]

pytestmark = pytest.mark.asyncio(loop_scope="session")


class House:
    """A task queue on which one build after another is deployed."""

    def __init__(self, env: WorkflowEnvironment) -> None:
        self.client = env.client
        self.queue = f"patched-{uuid.uuid4()}"

    def deployed(self, build: type) -> Worker:
        # Without the cache: each step replays the whole history on the code deployed now.
        return Worker(
            self.client,
            task_queue=self.queue,
            workflows=[build],
            **workflow_options([REGISTRATION]),
            max_cached_workflows=0,
        )

    async def start(self) -> Handle:
        return await self.client.start_workflow(
            patched.TYPE,
            events.start(),
            id=f"patched-{uuid.uuid4()}",
            task_queue=self.queue,
            result_type=ledger_pb2.LedgerResult,
        )

    async def at_the_wait(self, handle: Handle) -> None:
        """Return once the execution has taken the old way and waits."""

        async def waits() -> bool:
            types = await event_types(handle)
            fired = EventType.EVENT_TYPE_TIMER_FIRED
            return (
                fired in types and EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED in types[types.index(fired) :]
            )

        await eventually(waits, patience=PATIENCE_SECONDS)

    async def at_the_new_way(self, handle: Handle) -> None:
        """Return once the run that goes on has taken the new way."""

        async def has_taken_it() -> bool:
            return MEMO_CHANGED in await event_types(handle)

        await eventually(has_taken_it, patience=PATIENCE_SECONDS)

    async def end(self, handle: Handle) -> list[str]:
        await handle.signal("go")
        async with asyncio.timeout(PATIENCE_SECONDS):
            return list((await handle.result()).applied)


@pytest.fixture
def house(temporal_env: WorkflowEnvironment) -> House:
    return House(temporal_env)


async def event_types(handle: Handle) -> list[EventType.ValueType]:
    return [event.event_type for event in (await handle.fetch_history()).events]


async def replay(build: type, history: WorkflowHistory) -> None:
    replayer = Replayer(
        workflows=[build], **workflow_options([REGISTRATION]), data_converter=data_converter()
    )
    await replayer.replay_workflow(history)


async def finished_on(house: House, build: type) -> WorkflowHistory:
    async with house.deployed(build):
        handle = await house.start()
        await house.end(handle)
    return await handle.fetch_history()


@pytest.mark.requirement("R011")
async def test_an_execution_keeps_its_way_and_later_ones_take_the_new(house: House) -> None:
    async with house.deployed(patched.Before):
        earlier = await house.start()
        await house.at_the_wait(earlier)
    async with house.deployed(patched.With):
        later = await house.start()
        # Asked a second time, long after the deployment: the first answer is remembered.
        assert await house.end(earlier) == ["old", "old"]
        assert await house.end(later) == ["new", "new"]
    for handle in (earlier, later):
        await replay(patched.With, await handle.fetch_history())


async def test_the_next_run_of_a_process_asks_anew(house: House) -> None:
    async with house.deployed(patched.Before):
        handle = await house.start()
        await house.at_the_wait(handle)
    # Without a run ID, it follows the execution.
    handle = house.client.get_workflow_handle(handle.id, result_type=ledger_pb2.LedgerResult)
    async with house.deployed(patched.With):
        await handle.signal("again")
        await house.at_the_new_way(handle)
        assert await house.end(handle) == ["new", "new"]


async def test_deprecated_code_takes_executions_that_have_the_patch(house: House) -> None:
    async with house.deployed(patched.With):
        handle = await house.start()
        await house.at_the_new_way(handle)
    async with house.deployed(patched.Deprecated):
        assert await house.end(handle) == ["new", "new"]


async def test_an_old_way_that_is_deleted_too_early_fails_the_replay(house: House) -> None:
    before = await finished_on(house, patched.Before)
    for build in (patched.Deprecated, patched.Removed):
        with pytest.raises(NondeterminismError):
            await replay(build, before)


async def test_a_patch_that_is_removed_before_it_was_deprecated_fails_the_replay(house: House) -> None:
    with pytest.raises(NondeterminismError):
        await replay(patched.Removed, await finished_on(house, patched.With))


async def test_after_deprecation_the_patch_can_be_removed(house: House) -> None:
    await replay(patched.Removed, await finished_on(house, patched.Deprecated))


async def test_two_patches_of_one_id_are_refused(house: House) -> None:
    with pytest.raises(RuntimeError, match="two patches of this process have the ID 'reserve-first'"):
        await replay(patched.Confused, await finished_on(house, patched.Before))


@pytest.mark.parametrize("identifier", ["", "it's", "two words", "-x", "x" * 101, "ä"])
async def test_an_id_fits_into_a_query(identifier: str) -> None:
    with pytest.raises(ValueError, match="write 1 to 100 letters"):
        Patch(identifier, reason="?")
