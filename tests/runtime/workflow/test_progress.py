"""Where a process stands, told to the world: each phase and the end, in order, once each."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from process.v1.progress_pb2 import ProcessProgressed
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowQueryFailedError
from temporalio.testing import WorkflowEnvironment

from process_runtime.config import WorkerSettings
from process_runtime.publishers import Fact, PublishError
from process_runtime.testing import RecordedFacts, replay, serve_process
from process_runtime.worker import worker_problems
from process_runtime.workflow import ProcessStatus
from tests.runtime.workflow.conftest import eventually
from tests.runtime.workflow.ledger import contract, events
from tests.runtime.workflow.ledger.activities import activity_functions
from tests.runtime.workflow.ledger.bank import MemoryBank
from tests.runtime.workflow.ledger.events import booked, charged, closed
from tests.runtime.workflow.ledger.telling import REGISTRATION, TellingLedgerWorkflow

pytestmark = pytest.mark.asyncio(loop_scope="session")

RUNNING = ProcessProgressed.OUTCOME_UNSPECIFIED
Handle = WorkflowHandle[Any, Any]


class Stream(RecordedFacts):
    """Away until it is told to come back; attempts that it refuses are counted."""

    def __init__(self, *, away: bool = False) -> None:
        super().__init__()
        self.away = away
        self.attempts = 0

    async def publish(self, fact: Fact) -> None:
        self.attempts += 1
        if self.away:
            raise PublishError("the broker is away")
        await super().publish(fact)


@dataclass
class Office:
    client: Client
    queue: str
    stream: Stream
    bank: MemoryBank = field(default_factory=MemoryBank)

    async def start(self, course: str = "", **options: Any) -> Handle:
        return await self.client.start_workflow(
            TellingLedgerWorkflow.run,
            args=[events.start(course)],
            id=f"telling-{uuid.uuid4()}",
            task_queue=self.queue,
            id_reuse_policy=REGISTRATION.contract.reuse_policy,
            execution_timeout=timedelta(seconds=90),
            **options,
        )

    def progress(self) -> list[ProcessProgressed]:
        return [fact.message for fact in self.stream.facts if isinstance(fact.message, ProcessProgressed)]

    def told(self) -> list[tuple[str, str, int]]:
        """Phase before, phase and outcome."""
        return [(fact.previous_phase, fact.phase, fact.outcome) for fact in self.progress()]

    async def has_told(self, phase: str) -> bool:
        return any(fact.phase == phase for fact in self.progress())

    async def ended(self, handle: Handle) -> Any:
        await handle.signal(contract.CLOSED, closed())
        return await handle.result()


Opener = Callable[..., Any]


@pytest.fixture
def office(temporal_env: WorkflowEnvironment) -> Opener:
    @asynccontextmanager
    async def opened(*, away: bool = False) -> AsyncIterator[Office]:
        stream, bank = Stream(away=away), MemoryBank()
        functions = activity_functions(bank)
        async with serve_process(temporal_env.client, REGISTRATION, functions, publisher=stream) as queue:
            yield Office(temporal_env.client, queue, stream, bank)

    return opened


async def status(handle: Handle) -> ProcessStatus:
    answer: ProcessStatus = await handle.query("process_status", result_type=ProcessStatus)
    return answer


async def failed(handle: Handle) -> None:
    with pytest.raises(WorkflowFailureError):
        await handle.result()


@pytest.mark.requirement("R268")
async def test_each_change_of_phase_and_the_end_are_told_in_order(office: Opener) -> None:
    before = datetime.now(UTC)
    async with office() as here:
        handle = await here.start()
        await handle.signal(contract.BOOKED, booked("paid"))
        await here.ended(handle)
        await replay(REGISTRATION, await handle.fetch_history())
    assert here.told() == [
        ("", "OPEN", RUNNING),
        ("OPEN", "between", RUNNING),
        ("between", "paid", RUNNING),
        ("paid", "paid", ProcessProgressed.OUTCOME_COMPLETED),
    ]
    sequences = [fact.attributes["sequence"] for fact in here.stream.facts]
    assert sequences == sorted(set(sequences))
    assert len({fact.attributes["id"] for fact in here.stream.facts}) == len(here.stream.facts)
    last = here.stream.facts[-1]
    assert {name: last.attributes[name] for name in ("type", "processinstanceid", "runepoch")} == {
        "type": "process.ProcessProgressed.v1",
        "processinstanceid": handle.id,
        "runepoch": "0",
    }
    assert last.attributes["processrunid"] == handle.result_run_id
    fact = here.progress()[-1]
    assert fact.process == "telling-ledger"
    began, occurred = (at.ToDatetime(tzinfo=UTC) for at in (fact.started_at, fact.occurred_at))
    assert before < began < occurred < datetime.now(UTC)


@pytest.mark.parametrize("how", ["fails", "is cancelled", "is not undone"])
async def test_the_end_says_how_it_came(office: Opener, how: str) -> None:
    async with office() as here:
        here.bank.refused = ("refund a",) if how == "is not undone" else ()
        handle = await here.start("" if how == "is cancelled" else "fails")
        await handle.signal(contract.CHARGED, charged("a"))
        if how == "is cancelled":
            await eventually(lambda: here.bank.calls == ["charge a"])
            await handle.cancel()
        else:
            await handle.signal(contract.CLOSED, closed())
        await failed(handle)
    phase, outcome = {
        "fails": ("OPEN", ProcessProgressed.OUTCOME_FAILED),
        "is cancelled": ("OPEN", ProcessProgressed.OUTCOME_CANCELLED),
        "is not undone": ("compensation_failed", ProcessProgressed.OUTCOME_COMPENSATION_FAILED),
    }[how]
    assert here.told() == [("", "OPEN", RUNNING), ("OPEN", phase, outcome)]
    assert list(here.progress()[-1].uncompensated_activities) == (
        ["ledger.Refund"] if how == "is not undone" else []
    )


async def test_no_handler_waits_for_it_but_the_end_does(office: Opener) -> None:
    async with office(away=True) as here:
        handle = await here.start()
        for number in range(3):
            await handle.signal(contract.BOOKED, booked(f"k{number}"))
        await handle.signal(contract.CLOSED, closed())
        await eventually(lambda: has_applied(handle, 4))
        assert await handle.query("phase") == "k2"
        # What comes while the end waits to be told is still handled, and told after it.
        await handle.signal(contract.BOOKED, booked("late"))
        await eventually(lambda: has_applied(handle, 5))
        here.stream.away = False
        await handle.result()
    told = here.told()
    assert [phase for _, phase, _ in told] == [
        *("OPEN", "between", "k0", "between", "k1", "between", "k2"),
        *("k2", "between", "late"),
    ]
    assert [outcome for *_, outcome in told] == [RUNNING] * 7 + [ProcessProgressed.OUTCOME_COMPLETED] * 3


async def has_applied(handle: Handle, number: int) -> bool:
    return (await status(handle)).applied >= number


async def test_all_is_told_before_a_new_run_which_tells_nothing_twice(office: Opener) -> None:
    async with office(away=True) as here:
        handle = await here.start()
        for number in range(30):
            await handle.signal(contract.BOOKED, booked(f"k{number}"))
        await eventually(lambda: has_applied(handle, 30))
        assert (await status(handle)).run_epoch == 0
        here.stream.away = False
        current = here.client.get_workflow_handle(handle.id)
        await eventually(lambda: is_in_a_later_run(current))
        await current.signal(contract.CLOSED, closed())
        await current.result()
    expected = ["OPEN"]
    for number in range(30):
        expected += ["between", f"k{number}"]
    assert [phase for _, phase, _ in here.told()] == [*expected, "k29"]
    assert len({fact.attributes["id"] for fact in here.stream.facts}) == len(expected) + 1
    epochs = [int(fact.attributes["runepoch"]) for fact in here.stream.facts]
    assert epochs == sorted(epochs)
    assert epochs[-1] > 0
    assert len({fact.started_at.ToNanoseconds() for fact in here.progress()}) == 1


async def is_in_a_later_run(handle: Handle) -> bool:
    return (await status(handle)).run_epoch > 0


async def test_a_query_that_changes_the_phase_fails_and_leaves_nothing_to_tell(office: Opener) -> None:
    async with office() as here:
        handle = await here.start()
        await eventually(lambda: here.has_told("OPEN"))
        with pytest.raises(WorkflowQueryFailedError, match="change nothing"):
            await handle.query("changes_what_it_asks")
        assert await handle.query("phase") == "OPEN"
        await here.ended(handle)
    assert [phase for _, phase, _ in here.told()] == ["OPEN", "OPEN"]


async def test_a_worker_whose_stream_is_not_bound_does_not_start() -> None:
    [problem] = worker_problems([REGISTRATION], WorkerSettings())
    assert "ledger-progress" in problem
