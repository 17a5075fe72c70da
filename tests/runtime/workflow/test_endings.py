"""How a process ends, fails, is cancelled, and survives a bug."""

import asyncio

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError
from temporalio.service import RPCError

from tests.runtime.workflow.conftest import Handle, LedgerHouse, eventually, has_heard_the_cancellation
from tests.runtime.workflow.ledger import contract, switches
from tests.runtime.workflow.ledger.events import booked, charged, closed, transfer

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def failure(handle: Handle) -> BaseException:
    with pytest.raises(WorkflowFailureError) as error:
        await handle.result()
    return error.value.cause


async def task_failures(handle: Handle) -> list[str]:
    return [
        event.workflow_task_failed_event_attributes.failure.message
        for event in (await handle.fetch_history()).events
        if event.HasField("workflow_task_failed_event_attributes")
    ]


async def has_failed_a_task(handle: Handle) -> bool:
    return bool(await task_failures(handle))


async def has_waiting(ledgers: LedgerHouse, handle: Handle) -> bool:
    return (await ledgers.status(handle)).waiting > 0


async def has_balance(handle: Handle, balance: int) -> bool:
    return bool((await handle.query("state")).balance == balance)


async def test_a_bug_in_a_handler_stops_the_step_and_a_fix_resumes_it(
    ledgers: LedgerHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = await ledgers.start()
    await handle.signal(contract.CHARGED, charged("before"))
    monkeypatch.setattr(switches, "handler_has_bug", True)
    await handle.signal(contract.BOOKED, booked("a", 5))
    await eventually(lambda: has_failed_a_task(handle))
    await handle.signal(contract.BOOKED, booked("b", 5))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert "a bug" in (await task_failures(handle))[0]
    monkeypatch.setattr(switches, "handler_has_bug", False)
    await handle.signal(contract.CLOSED, closed())
    assert list((await handle.result()).applied) == ["begin before", "end before", "a", "b"]
    assert ledgers.bank.calls == ["charge before"]


async def test_a_failure_out_of_a_handler_fails_the_process(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start("cleans-up")
    await handle.signal(contract.BOOKED, booked("a", -1))
    cause = await failure(handle)
    assert isinstance(cause, ApplicationError)
    assert cause.type == "Negative"
    # run() was told, as by a cancellation, and could clean up.
    assert list((await handle.query("state")).applied) == ["cleaned up"]


async def test_an_activity_that_fails_for_good_fails_the_process(ledgers: LedgerHouse) -> None:
    ledgers.bank.refused = ("charge b",)
    handle = await ledgers.start()
    await handle.signal(contract.CHARGED, charged("b"))
    assert isinstance(await failure(handle), ActivityError)


async def test_a_timeout_is_told_from_a_condition_that_was_met(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start("times-out")
    assert list((await handle.result()).applied) == ["gave up"]
    assert await handle.query("phase") == "TIMED_OUT"
    other = await ledgers.start("times-out", start_signal=contract.CLOSED, start_signal_args=[closed()])
    assert list((await other.result()).applied) == []


class TestCancellation:
    async def test_it_reaches_run_which_may_clean_up(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start("cleans-up")
        await handle.signal(contract.BOOKED, booked("a"))
        await handle.cancel()
        assert isinstance(await failure(handle), CancelledError)
        assert list((await handle.query("state")).applied) == ["a", "cleaned up"]

    async def test_it_reaches_the_running_handler(self, ledgers: LedgerHouse) -> None:
        ledgers.bank.hold = asyncio.Event()
        handle = await ledgers.start(start_signal=contract.CHARGED, start_signal_args=[charged("a")])
        await ledgers.bank.entered.wait()
        await handle.cancel()
        await eventually(lambda: has_heard_the_cancellation(handle))
        ledgers.bank.hold.set()
        assert isinstance(await failure(handle), CancelledError)
        assert list((await handle.query("state")).applied) == ["begin a"]

    async def test_run_may_go_on_and_events_are_still_handled(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start("ignores-cancellation")
        await handle.cancel()
        await handle.signal(contract.BOOKED, booked("a"))
        await handle.signal(contract.CLOSED, closed())
        assert list((await handle.result()).applied) == ["a"]

    async def test_callers_of_updates_are_answered(self, ledgers: LedgerHouse) -> None:
        ledgers.bank.hold = asyncio.Event()
        handle = await ledgers.start(start_signal=contract.CHARGED, start_signal_args=[charged("a")])
        await ledgers.bank.entered.wait()
        update = asyncio.create_task(handle.execute_update(contract.TRANSFER, transfer("t", 1)))
        await eventually(lambda: has_waiting(ledgers, handle))
        await handle.cancel()
        await eventually(lambda: has_heard_the_cancellation(handle))
        ledgers.bank.hold.set()
        with pytest.raises((WorkflowUpdateFailedError, RPCError)) as error:
            await update
        if isinstance(error.value, WorkflowUpdateFailedError):
            assert isinstance(error.value.cause, ApplicationError)

    async def test_a_process_that_has_not_begun_is_cancelled(self, house: LedgerHouse) -> None:
        handle = await house.start(start_signal=contract.BOOKED, start_signal_args=[booked("a")])
        await handle.cancel()
        async with house.worker():
            assert isinstance(await failure(handle), CancelledError)


class TestCompensation:
    async def test_what_succeeded_is_undone_last_in_first_out_once(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start("fails-when-closed")
        for key in ("a", "b", "c"):
            await handle.signal(contract.CHARGED, charged(key))
        await handle.signal(contract.CLOSED, closed())
        cause = await failure(handle)
        assert isinstance(cause, ApplicationError)
        assert cause.type == "Unbalanced"
        assert ledgers.bank.calls[3:] == ["refund c", "refund b", "refund a"]

    async def test_a_cancellation_undoes_and_does_not_interrupt_the_undoing(
        self, ledgers: LedgerHouse
    ) -> None:
        handle = await ledgers.start()
        await handle.signal(contract.CHARGED, charged("a"))
        await handle.signal(contract.CHARGED, charged("b"))
        await eventually(lambda: has_balance(handle, 2))
        ledgers.bank.hold = asyncio.Event()
        ledgers.bank.entered.clear()
        await handle.cancel()
        await ledgers.bank.entered.wait()
        await handle.cancel()
        ledgers.bank.hold.set()
        assert isinstance(await failure(handle), CancelledError)
        assert ledgers.bank.calls[2:] == ["refund b", "refund a"]

    async def test_one_that_fails_does_not_keep_the_others_from_running(self, ledgers: LedgerHouse) -> None:
        ledgers.bank.refused = ("refund b",)
        handle = await ledgers.start("fails-when-closed")
        for key in ("a", "b"):
            await handle.signal(contract.CHARGED, charged(key))
        await handle.signal(contract.CLOSED, closed())
        assert isinstance(await failure(handle), ApplicationError)
        assert ledgers.bank.calls[2:] == ["refund b", "refund a"]

    async def test_nothing_is_undone_when_the_process_ends_well(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start()
        await handle.signal(contract.CHARGED, charged("a"))
        await handle.signal(contract.CLOSED, closed())
        await handle.result()
        assert ledgers.bank.calls == ["charge a"]


async def test_an_activity_has_one_idempotency_key_for_all_attempts_and_no_other_has_it(
    ledgers: LedgerHouse,
) -> None:
    attempts = 0
    charge = ledgers.bank.charge

    async def flaky(request):  # type: ignore[no-untyped-def]
        nonlocal attempts
        attempts += 1
        response = await charge(request)
        if attempts == 1:
            raise ConnectionError("after the effect")
        return response

    ledgers.bank.charge = flaky  # type: ignore[method-assign]
    handle = await ledgers.start()
    await handle.signal(contract.CHARGED, charged("a"))
    await handle.signal(contract.CHARGED, charged("b"))
    await handle.signal(contract.CLOSED, closed())
    await handle.result()
    assert ledgers.bank.calls == ["charge a", "charge a", "charge b"]
    first, retry, other = ledgers.bank.keys
    assert first == retry != other
    assert handle.id in first
