"""A behaviour test says what happens and what is to come of it; the harness does the rest."""

import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio import workflow
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from process_runtime.testing import replay
from tests.runtime.testing.ledger import LedgerHarness, LedgerKey
from tests.runtime.workflow.ledger import ledger_pb2
from tests.runtime.workflow.ledger.activities import LedgerActivityStubs

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def ledgers(time_skipping_env: WorkflowEnvironment) -> AsyncIterator[LedgerHarness]:
    async with LedgerHarness(time_skipping_env) as harness:
        yield harness


@pytest.fixture
def key() -> LedgerKey:
    return LedgerKey(str(uuid.uuid4()))


@pytest.fixture(params=["temporal_env", "time_skipping_env"])
def either_env(request: pytest.FixtureRequest) -> WorkflowEnvironment:
    env: WorkflowEnvironment = request.getfixturevalue(request.param)
    return env


async def test_events_go_the_way_of_production_on_either_server(
    either_env: WorkflowEnvironment, key: LedgerKey
) -> None:
    async with LedgerHarness(either_env) as ledgers:
        ledger = await ledgers.send(ledgers.events.booked(key, ledger_pb2.Booked(amount=5)))
        await ledger.until(lambda state: state.balance == 5, phase="OPEN")
        transferred = await ledgers.send(ledgers.events.transfer(key, 3))
        assert transferred.reply == ledger_pb2.TransferReply(balance=2)
        await ledgers.send(ledgers.events.closed(key))
        assert (await ledger.result()).balance == 2
        assert (await ledger.status()).applied == 3


async def test_time_passes_when_the_test_says_so_and_not_before(
    ledgers: LedgerHarness, key: LedgerKey
) -> None:
    before = await ledgers.now()
    ledger = await ledgers.open(key, "times-out-late")
    await ledgers.advance(minutes=50)
    assert await ledger.phase() == "OPEN"
    assert (
        not (await ledger.histories())[0].events[-1].HasField("workflow_execution_completed_event_attributes")
    )
    await ledgers.advance(minutes=20)
    assert (await ledger.histories())[0].events[-1].HasField("workflow_execution_completed_event_attributes")
    passed = await ledgers.now() - before
    assert passed.total_seconds() >= 70 * 60


async def test_a_result_that_only_time_brings_is_there_at_once(
    ledgers: LedgerHarness, key: LedgerKey
) -> None:
    ledger = await ledgers.open(key, "times-out-late")
    assert (await ledger.result()).balance == 0


async def test_real_time_cannot_be_advanced_and_the_error_says_what_can(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with LedgerHarness(temporal_env) as ledgers:
        with pytest.raises(RuntimeError, match="time_skipping_env"):
            await ledgers.advance(hours=1)


async def test_activities_answer_in_turn_and_each_attempt_is_recorded(
    ledgers: LedgerHarness, key: LedgerKey
) -> None:
    ledgers.activities.charge.will(ConnectionError("away"), ledger_pb2.ChargeResponse(receipt="r"))
    ledger = await ledgers.send(ledgers.events.charged(key, 7))
    await ledger.until(lambda state: state.balance == 7)
    first, second = await ledgers.activities.charge.called(2)
    assert (first.attempt, second.attempt) == (1, 2)
    assert first.idempotency_key == second.idempotency_key
    assert [request.amount for request in ledgers.activities.charge.requests] == [7]


async def test_what_hangs_is_no_reason_for_time_to_stand_still(
    ledgers: LedgerHarness, key: LedgerKey
) -> None:
    ledgers.activities.charge.hold()
    ledger = await ledgers.send(ledgers.events.charged(key))
    await ledgers.activities.charge.called()
    await ledgers.advance(seconds=1)
    assert list((await ledger.state()).applied) == [
        f"begin {ledgers.activities.charge.requests[0].reference}"
    ]
    ledgers.activities.charge.release()
    await ledger.until(lambda state: len(state.applied) == 2)


async def test_a_failure_is_what_the_activity_said(ledgers: LedgerHarness, key: LedgerKey) -> None:
    ledgers.activities.charge.will(ApplicationError("no money", type="Broke", non_retryable=True))
    ledger = await ledgers.send(ledgers.events.charged(key))
    failure = await ledger.failure()
    assert isinstance(failure, ApplicationError)
    assert failure.type == "Broke"


async def test_a_process_that_failed_by_a_bug_fails_so_in_its_replay_too(
    time_skipping_env: WorkflowEnvironment, key: LedgerKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def charge(self: LedgerActivityStubs, request: ledger_pb2.ChargeRequest) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(LedgerActivityStubs, "charge", charge)
    # The bug is gone when the session ends.
    async with LedgerHarness(time_skipping_env, replays=False) as ledgers:
        ledger = await ledgers.send(ledgers.events.charged(key))
        assert str(await ledger.failure()) == "KeyError: 'a bug'"
        [history] = await ledger.histories()
        await replay(ledgers.registration, history)


async def test_a_failure_that_did_not_happen_fails_the_test(ledgers: LedgerHarness, key: LedgerKey) -> None:
    ledger = await ledgers.send(ledgers.events.closed(key))
    with pytest.raises(AssertionError, match="did not fail"):
        await ledger.failure()


async def test_waiting_for_what_an_ended_process_never_was_fails_with_its_end(
    ledgers: LedgerHarness, key: LedgerKey
) -> None:
    ledger = await ledgers.send(ledgers.events.booked(key, ledger_pb2.Booked(amount=-1)))
    with pytest.raises(AssertionError, match="has ended Negative: below zero, in the phase 'OPEN'"):
        await ledger.until(phase="CLOSED")


async def test_waiting_in_vain_says_where_the_process_is(
    time_skipping_env: WorkflowEnvironment, key: LedgerKey
) -> None:
    async with LedgerHarness(time_skipping_env) as ledgers:
        ledger = await ledgers.send(ledgers.events.booked(key, ledger_pb2.Booked(amount=1)))
        await ledgers.rest()
        ledgers.patience = 0
        with pytest.raises(AssertionError, match="is not in the phase 'CLOSED' but in 'OPEN'"):
            await ledger.until(phase="CLOSED")


async def test_an_event_that_ingress_would_refuse_is_refused(ledgers: LedgerHarness) -> None:
    envelope = ledgers.events.closed(LedgerKey(""))
    with pytest.raises(ValueError, match=r"without meta\.account_id"):
        await ledgers.send(envelope)


async def test_a_refused_update_is_an_error_of_the_callers(ledgers: LedgerHarness, key: LedgerKey) -> None:
    with pytest.raises(WorkflowUpdateFailedError):
        await ledgers.send(ledgers.events.transfer(key, 3))


async def test_executions_that_the_code_does_not_repeat_fail_the_test_at_its_end(
    time_skipping_env: WorkflowEnvironment, key: LedgerKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge = LedgerActivityStubs.charge

    async def charge_later(
        self: LedgerActivityStubs, request: ledger_pb2.ChargeRequest
    ) -> ledger_pb2.ChargeResponse:
        await workflow.sleep(1)
        return await charge(self, request)

    async def charged(harness: LedgerHarness, key: LedgerKey) -> None:
        ledger = await harness.send(harness.events.charged(key))
        await ledger.until(lambda state: state.balance == 1)
        monkeypatch.setattr(LedgerActivityStubs, "charge", charge_later)

    with pytest.raises(workflow.NondeterminismError):
        async with LedgerHarness(time_skipping_env) as harness:
            # Its history is as it should be: at the session's end the code is itself again.
            await charged(harness, key)
    monkeypatch.undo()
    async with LedgerHarness(time_skipping_env, replays=False) as harness:
        await charged(harness, LedgerKey(str(uuid.uuid4())))
