"""At a session's end its histories are replayed in a fresh process, whose hash seed is another."""

import os
import uuid
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from process_runtime.testing import Replays, serve_process
from process_runtime.testing.histories import chain, watched
from process_runtime.testing.replays import registration_name
from process_runtime.worker import ProcessRegistration
from tests.runtime.workflow.ledger import contract, ledger_pb2
from tests.runtime.workflow.ledger.events import booked, charged, closed, start
from tests.runtime.workflow.ledger.registration import REGISTRATION

PACKAGE = "tests.runtime.workflow.ledger"
# What decides by the order of a set decides by the process's hash seed.
DECIDES_BY_HASH = """
import os

from tests.runtime.workflow.ledger.activities import LedgerActivityStubs
from tests.runtime.workflow.ledger.registration import REGISTRATION

charge = LedgerActivityStubs.charge


async def charge_as_often_as_the_seed_says(self, request):
    if os.environ["PYTHONHASHSEED"] != {seed!r}:
        await charge(self, request)
    return await charge(self, request)


LedgerActivityStubs.charge = charge_as_often_as_the_seed_says
"""


async def run_ledger(client: Client, queue: str, *events: ledger_pb2.LedgerEvent) -> list[WorkflowHistory]:
    """Start a ledger with these events, close it, and return the history of each run."""
    handle = await client.start_workflow(
        contract.CONTRACT.workflow_type,
        start(),
        id=f"replayed-{uuid.uuid4()}",
        task_queue=queue,
        start_signal=contract.BOOKED,
        start_signal_args=[*events, closed()],
    )
    await handle.result()
    assert handle.first_execution_run_id
    return await chain(client, handle.id, handle.first_execution_run_id)


@pytest.mark.asyncio(loop_scope="session")
class TestReplays:
    async def test_executions_of_known_queues_are_collected_run_by_run_and_replay(
        self, temporal_env: WorkflowEnvironment
    ) -> None:
        client, started = watched(temporal_env.client)
        replays = Replays()
        async with serve_process(client, REGISTRATION) as queue, serve_process(client, REGISTRATION) as other:
            replays.serve(queue, REGISTRATION)
            events = [charged(f"k{number}") for number in range(12)]
            runs = await run_ledger(client, queue, *events)
            await run_ledger(client, other, booked("k"))
        assert len(runs) > 1
        await replays.collect(client, started)
        assert len(replays) == len(runs)
        assert replays.replay() == len(runs)
        assert (len(replays), replays.replay()) == (0, 0)

    async def test_code_that_decides_by_a_hash_is_found(
        self, temporal_env: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seed = os.environ.get("PYTHONHASHSEED", "")
        (tmp_path / "hashed.py").write_text(DECIDES_BY_HASH.format(seed=seed))
        monkeypatch.syspath_prepend(tmp_path)
        replays = Replays()
        async with serve_process(temporal_env.client, REGISTRATION) as queue:
            [history] = await run_ledger(temporal_env.client, queue, charged("k"))
        replays.add("hashed:REGISTRATION", history)
        with pytest.raises(AssertionError, match=r"of 1 histories(.|\n)*ondeterminism"):
            replays.replay()

    async def test_what_no_other_process_has_is_left_out(self, temporal_env: WorkflowEnvironment) -> None:
        class Made:
            pass

        made_up = ProcessRegistration(contract=contract.CONTRACT, workflow=Made, passthrough=())
        assert registration_name(made_up) is None
        assert registration_name(REGISTRATION) == f"{PACKAGE}.registration:REGISTRATION"
        async with serve_process(temporal_env.client, REGISTRATION) as queue:
            [history] = await run_ledger(temporal_env.client, queue, booked("k"))
        replays = Replays()
        replays.add(made_up, history)
        assert len(replays) == 0

    async def test_a_history_without_a_step_is_nothing_to_replay(
        self, temporal_env: WorkflowEnvironment
    ) -> None:
        handle = await temporal_env.client.start_workflow(
            contract.CONTRACT.workflow_type, start(), id=f"idle-{uuid.uuid4()}", task_queue=str(uuid.uuid4())
        )
        replays = Replays()
        replays.add(REGISTRATION, await handle.fetch_history())
        assert len(replays) == 0
