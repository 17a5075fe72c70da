"""The worker as a program: killed, drained, without Temporal, with its metrics."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.protobuf import json_format
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from process_runtime.testing.servers import temporal_cli
from tests.runtime.workflow.conftest import LedgerHouse, eventually
from tests.runtime.workflow.ledger import contract
from tests.runtime.workflow.ledger.events import booked, charged, closed
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow

pytestmark = pytest.mark.asyncio(loop_scope="session")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class WorkerProgram:
    """`python -m tests.runtime.workflow.ledger` and what its HTTP port says."""

    def __init__(self, arguments: tuple[str, ...], environment: dict[str, str], log: Path) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self._log = log.open("a")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.runtime.workflow.ledger", *arguments],
            env={**os.environ, "PORT_HTTP": f"127.0.0.1:{port}", **environment},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    async def get(self, path: str) -> httpx.Response | None:
        async with httpx.AsyncClient() as client:
            try:
                return await client.get(f"{self.url}{path}")
            except httpx.TransportError:
                assert self._process.poll() is None, "the worker has ended"
                return None

    async def is_ready(self) -> bool:
        response = await self.get("/readyz")
        return response is not None and response.status_code == 200

    async def is_unready(self, condition: str) -> bool:
        """Whether readiness names this condition as one that does not hold."""
        response = await self.get("/readyz")
        if response is None or response.status_code != 503:
            return False
        conditions: list[dict[str, Any]] = response.json()["conditions"]
        return any(found["type"] == condition and found["status"] == "False" for found in conditions)

    async def end(self, number: signal.Signals) -> int:
        self._process.send_signal(number)
        code = await asyncio.to_thread(self._process.wait, 60)
        self._log.close()
        return code


Start = Callable[..., Any]


@pytest.fixture
def program(temporal_env: WorkflowEnvironment, house: LedgerHouse, tmp_path: Path) -> Start:
    """Starts the worker on the house's queue; killed at the end of its block if it still runs."""

    @asynccontextmanager
    async def start(*arguments: str, **environment: str) -> AsyncIterator[WorkerProgram]:
        settings = {
            "TEMPORAL_ADDRESS": temporal_env.client.service_client.config.target_host,
            "TEMPORAL_TASK_QUEUE": house.task_queue,
            "BANK_FOLDER": str(tmp_path),
            "SHUTDOWN_GRACE": "5s",
        }
        worker = WorkerProgram(arguments, {**settings, **environment}, tmp_path / "log")
        try:
            yield worker
        finally:
            if worker._process.poll() is None:
                await worker.end(signal.SIGKILL)

    return start


class Effects:
    """What the program's activities left in their folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def attempted(self, reference: str) -> bool:
        return reference in self.attempts()

    def attempts(self) -> list[str]:
        file = self._folder / "attempts"
        return file.read_text().split() if file.exists() else []

    def all(self) -> list[str]:
        return sorted(path.read_text() for path in self._folder.glob("effect-*"))

    def release(self) -> None:
        (self._folder / "release").touch()


@pytest.fixture
def effects(tmp_path: Path) -> Effects:
    return Effects(tmp_path)


@pytest.mark.requirement("R002", "R093")
async def test_a_worker_killed_in_the_middle_is_replaced_and_each_effect_happens_once(
    program: Start, house: LedgerHouse, effects: Effects
) -> None:
    async with program(BANK_HANGS_ON="b") as doomed:
        handle = await house.start()
        for key in ("a", "b", "c"):
            await handle.signal(contract.CHARGED, charged(key))
            await handle.signal(contract.BOOKED, booked(f"booked {key}"))
        # The effect of b has happened; its activity never reports.
        await eventually(lambda: effects.attempted("b"))
        assert await doomed.end(signal.SIGKILL) == -signal.SIGKILL
    async with program():
        await handle.signal(contract.CHARGED, charged("b"))
        await handle.signal(contract.CLOSED, closed())
        result = await handle.result()
    expected = [step for key in "abc" for step in (f"begin {key}", f"end {key}", f"booked {key}")]
    assert list(result.applied) == expected
    assert effects.all() == ["a", "b", "c"]
    # It was tried again: the key, not luck, kept the effect single.
    assert effects.attempts().count("b") == 2


async def test_a_worker_killed_while_it_undoes_is_replaced_and_each_is_undone_once(
    program: Start, house: LedgerHouse, effects: Effects
) -> None:
    async with program(BANK_HANGS_ON="refund-b") as doomed:
        handle = await house.start("fails-when-closed")
        for key in ("a", "b", "c"):
            await handle.signal(contract.CHARGED, charged(key))
        await handle.signal(contract.CLOSED, closed())
        # The effect of the second compensation has happened; its activity never reports.
        await eventually(lambda: effects.attempted("refund-b"))
        assert await doomed.end(signal.SIGKILL) == -signal.SIGKILL
    async with program():
        with pytest.raises(WorkflowFailureError) as error:
            await handle.result()
    assert isinstance(error.value.cause, ApplicationError)
    assert error.value.cause.type == "Unbalanced"
    assert effects.attempts()[3:] == ["refund-c", "refund-b", "refund-b", "refund-a"]
    assert effects.all() == ["a", "b", "c", "refund-a", "refund-b", "refund-c"]


@pytest.mark.requirement("R022", "R083", "R084", "R115", "R118", "R123", "R124")
async def test_the_worker_polls_the_configured_queue_and_its_identity_names_the_contract(
    program: Start, house: LedgerHouse
) -> None:
    async with program() as worker:
        await eventually(worker.is_ready)
        queue = await house.client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=house.client.namespace, task_queue=TaskQueue(name=house.task_queue)
            )
        )
        identities = {poller.identity for poller in queue.pollers}
        expected = f"ledger@1.0+{contract.CONTRACT.checksum[:12]}/worker/{worker.pid}@{socket.gethostname()}"
        assert identities == {expected}


@pytest.mark.requirement("R085")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_finishes_what_is_in_flight_and_exits_0(
    program: Start, house: LedgerHouse, effects: Effects, number: signal.Signals
) -> None:
    async with program(BANK_HANGS_ON="a") as worker:
        handle = await house.start(start_signal=contract.CHARGED, start_signal_args=[charged("a")])
        await eventually(lambda: effects.attempted("a"))
        await eventually(worker.is_ready)
        ending = asyncio.create_task(worker.end(number))
        await eventually(lambda: worker.is_unready("WorkerPolling"))
        effects.release()
        assert await ending == 0
    async with program():
        await handle.signal(contract.CLOSED, closed())
        await handle.result()
    assert effects.attempts() == ["a"]


@pytest.mark.requirement("R119", "R121")
async def test_metrics_count_duplicates_and_hold_those_of_the_sdk(program: Start, house: LedgerHouse) -> None:
    async with program() as worker:

        async def counted(name: str, event_type: str = contract.BOOKED) -> float:
            response = await worker.get("/metrics")
            lines = response.text.splitlines() if response is not None else []
            return sum(
                float(line.rpartition(" ")[2])
                for line in lines
                if line.startswith(name)
                and f'event_type="{event_type}"' in line
                and 'process="ledger"' in line
            )

        async def counts_one() -> bool:
            return await counted("process_idempotency_drops_total") == 1

        async def counts_rejected() -> bool:
            return await counted("process_rejected_events_total") == 1

        async def counts_unhandled() -> bool:
            return await counted("process_unhandled_events_total") == 2

        handle = await house.start(start_signal=contract.BOOKED, start_signal_args=[booked("a")])
        await handle.signal(contract.BOOKED, booked("a"))
        await eventually(counts_one)
        await handle.signal(contract.BOOKED, booked("b"))
        await handle.signal(contract.CLOSED, closed())
        await handle.result()
        assert await counted("process_idempotency_drops_total") == 1
        # Nobody waits for this one, so that it is refused leaves no other trace.
        poor = await house.start(start_signal=contract.BOOKED, start_signal_args=[booked("a", 2_000_000)])
        await poor.signal(contract.CLOSED, closed())
        await poor.result()
        await eventually(counts_rejected)
        # A failure leaves two events behind; a stranger's signal gives the metrics no label of its own.
        fails = [booked("fails", -1), booked("left"), booked("behind")]
        other = await house.start(start_signal=contract.BOOKED, start_signal_args=fails)
        with pytest.raises(WorkflowFailureError):
            await other.result()
        await eventually(counts_unhandled)
        assert (await house.status(other)).waiting == 2
        unknown = await house.start(start_signal="of-a-stranger", start_signal_args=[1])
        await unknown.signal(contract.CLOSED, closed())
        await unknown.result()
        assert await counted("process_unknown_events_total", "") == 1
        metrics = await worker.get("/metrics")
        assert metrics is not None
        assert "temporal_workflow_task_execution_latency" in metrics.text


@pytest.mark.requirement("R111", "R116", "R117")
async def test_a_worker_waits_for_temporal_and_says_when_it_goes_away_and_drains_without_it(
    program: Start,
) -> None:
    port = free_port()
    async with program(TEMPORAL_ADDRESS=f"127.0.0.1:{port}", SHUTDOWN_GRACE="2s") as worker:
        await eventually(lambda: worker.is_unready("TemporalReady"))
        health = await worker.get("/healthz")
        assert health is not None
        assert health.status_code == 200
        async with await WorkflowEnvironment.start_local(
            port=port, dev_server_existing_path=str(temporal_cli()), dev_server_log_level="error"
        ):
            await eventually(worker.is_ready)
        await eventually(lambda: worker.is_unready("TemporalReady"))
        async with await WorkflowEnvironment.start_local(
            port=port, dev_server_existing_path=str(temporal_cli()), dev_server_log_level="error"
        ):
            await eventually(worker.is_ready)
        await eventually(lambda: worker.is_unready("TemporalReady"))
        assert await worker.end(signal.SIGTERM) == 0


@pytest.mark.requirement("R112")
async def test_a_missing_namespace_is_named_and_waited_for(program: Start) -> None:
    async with program(TEMPORAL_NAMESPACE="nowhere") as worker:
        await eventually(lambda: worker.is_unready("NamespaceReady"))
        response = await worker.get("/readyz")
        assert response is not None
        assert "nowhere" in response.text
        assert await worker.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("eager", [True, False])
async def test_worker_and_ingress_in_one_process_share_client_health_metrics_and_the_end(
    program: Start, house: LedgerHouse, tmp_path: Path, eager: bool
) -> None:
    bindings = tmp_path / "bindings.json"
    bindings.write_text(json.dumps({"ledger-http": {}}))
    account = f"a-{uuid.uuid4()}"
    environment = {"INGRESS_BINDINGS_FILE": str(bindings), "EAGER_START": str(eager)}
    async with program("combined", **environment) as both:
        await eventually(both.is_ready)
        async with httpx.AsyncClient() as sender:
            for event in (booked("a", 5), booked("a", 5), charged("b", 2), closed()):
                event.meta.account_id = account
                answer = await sender.post(
                    f"{both.url}/events",
                    content=json_format.MessageToJson(event),
                    headers={"content-type": "application/json"},
                )
                assert answer.status_code == 202, answer.text
        handle = house.client.get_workflow_handle_for(LedgerWorkflow.run, f"ledger/{account}")
        assert list((await handle.result()).applied) == ["a", "begin b", "end b"]
        [started, *_] = (await handle.fetch_history()).events
        assert started.workflow_execution_started_event_attributes.eager_execution_accepted is eager
        metrics = await both.get("/metrics")
        assert metrics is not None
        assert "process_ingress_events_total{" in metrics.text
        assert "temporal_workflow_task_execution_latency" in metrics.text
        assert await both.end(signal.SIGTERM) == 0


async def test_what_is_wrong_for_worker_and_ingress_is_named_together_and_once(
    program: Start, tmp_path: Path
) -> None:
    async with program("combined", TEMPORAL_ADDRESS="", MAX_CACHED_WORKFLOWS="-1", MAX_IN_FLIGHT="0") as both:
        assert await asyncio.to_thread(both._process.wait, 60) == 2
    log = (tmp_path / "log").read_text()
    for name in ("TEMPORAL_ADDRESS", "MAX_CACHED_WORKFLOWS", "MAX_IN_FLIGHT"):
        assert len([line for line in log.splitlines() if line.lstrip().startswith(f"{name}:")]) == 1, log
    assert "Traceback" not in log


async def test_settings_that_are_wrong_are_all_named_and_exit_with_2(program: Start, tmp_path: Path) -> None:
    async with program(TEMPORAL_ADDRESS="", MAX_CACHED_WORKFLOWS="-1") as worker:
        assert await asyncio.to_thread(worker._process.wait, 60) == 2
    log = (tmp_path / "log").read_text()
    assert "TEMPORAL_ADDRESS" in log
    assert "MAX_CACHED_WORKFLOWS" in log
    assert "Traceback" not in log
