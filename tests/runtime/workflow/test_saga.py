"""Undoing what was done: by hand, with a retry policy of its own, in spite of failures and cancellations."""

import asyncio
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError

from process_runtime.metrics import Metrics
from process_runtime.workflow.saga import Saga
from tests.runtime.workflow.conftest import (
    Handle,
    LedgerHouse,
    eventually,
    has_heard_the_cancellation,
)
from tests.runtime.workflow.ledger import contract, ledger_pb2
from tests.runtime.workflow.ledger.events import booked, charged, closed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def ended(handle: Handle) -> ledger_pb2.LedgerResult:
    await handle.signal(contract.CLOSED, closed())
    return await handle.result()


async def failure(handle: Handle) -> BaseException:
    with pytest.raises(WorkflowFailureError) as error:
        await handle.result()
    return error.value.cause


async def failed_when_closed(handle: Handle) -> BaseException:
    await handle.signal(contract.CLOSED, closed())
    return await failure(handle)


async def epoch_is(ledgers: LedgerHouse, handle: Handle, epoch: int) -> bool:
    return (await ledgers.status(handle)).run_epoch >= epoch


async def has_balance(handle: Handle, balance: int) -> bool:
    return bool((await handle.query("state")).balance == balance)


def undone(ledgers: LedgerHouse) -> list[str]:
    return [call for call in ledgers.bank.calls if call.startswith("refund")]


def assert_not_undone(error: BaseException, *activities: str) -> BaseException | None:
    assert isinstance(error, ApplicationError)
    assert (error.type, tuple(error.details)) == ("CompensationFailed", activities)
    return error.cause


class TestByHand:
    @pytest.mark.requirement("R195")
    async def test_what_was_added_is_undone_with_the_rest_last_in_first_out(
        self, ledgers: LedgerHouse
    ) -> None:
        handle = await ledgers.start("owing fails")
        await handle.signal(contract.BOOKED, booked("a"))
        await handle.signal(contract.CHARGED, charged("b"))
        await handle.signal(contract.BOOKED, booked("c"))
        cause = await failed_when_closed(handle)
        assert isinstance(cause, ApplicationError)
        assert cause.type == "Unbalanced"
        # As it was when it was added: the request was changed afterwards.
        assert undone(ledgers) == ["refund c", "refund b", "refund a"]

    async def test_what_was_cleared_is_not_undone(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start("owing fails")
        for key in ("a", "clear", "b"):
            await handle.signal(contract.BOOKED, booked(key))
        await failed_when_closed(handle)
        assert undone(ledgers) == ["refund b"]

    @pytest.mark.requirement("R212")
    @pytest.mark.parametrize("runs", [1, 2])
    async def test_a_retry_policy_of_its_own_holds_also_in_a_later_run(
        self, ledgers: LedgerHouse, runs: int
    ) -> None:
        ledgers.bank.flaky = ("refund once", "refund b")
        handle = await ledgers.start("owing fails")
        for key in ("once", "b"):
            await handle.signal(contract.BOOKED, booked(key))
        if runs == 2:
            for _ in range(60):
                await handle.signal(contract.BOOKED, booked("b"))
            await eventually(lambda: epoch_is(ledgers, handle, 1))
        assert_not_undone(await failed_when_closed(handle), "ledger.Refund", "ledger.Refund")
        # The contract says 3 attempts, the override 1.
        calls = undone(ledgers)
        assert (calls.count("refund b"), calls.count("refund once")) == (3, 1)

    # Beside the other test that runs mypy: two at once may spoil its cache.
    @pytest.mark.xdist_group("golden")
    async def test_mypy_refuses_a_request_of_another_type(self, tmp_path: Path) -> None:
        program = tmp_path / "wrong.py"
        program.write_text(
            "from process_runtime.workflow.saga import Saga\n"
            "from tests.runtime.workflow.ledger import ledger_pb2 as pb\n"
            "from tests.runtime.workflow.ledger.activities import LedgerActivityStubs as Stubs\n"
            "Saga().add(Stubs().refund, pb.ChargeRequest())\n"
            "Saga().add(Stubs().refund, pb.ChargeResponse())\n"
        )
        root = Path(__file__).parents[3]
        checked = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "mypy", "--cache-dir", str(root / ".mypy_cache"), str(program)],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert re.findall(r"wrong.py:(\d+): error", checked.stdout) == ["5"], checked.stdout

    async def test_what_is_no_activity_is_refused(self) -> None:
        async def refund(request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
            raise NotImplementedError

        with pytest.raises(TypeError, match="is no activity of the contract"):
            Saga().add(refund, ledger_pb2.ChargeRequest())


class TestFailedForGood:
    @pytest.fixture(autouse=True)
    def refused(self, ledgers: LedgerHouse) -> None:
        ledgers.bank.refused = ("refund b",)

    async def test_the_others_still_run_and_the_original_failure_is_the_cause(
        self, ledgers: LedgerHouse
    ) -> None:
        handle = await ledgers.start("owing fails")
        for key in ("a", "b", "c"):
            await handle.signal(contract.BOOKED, booked(key))
        cause = assert_not_undone(await failed_when_closed(handle), "ledger.Refund")
        assert isinstance(cause, ApplicationError)
        assert cause.type == "Unbalanced"
        assert undone(ledgers) == ["refund c", "refund b", "refund a"]
        assert await handle.query("phase") == "compensation_failed"

    async def test_a_cancelled_process_fails_with_the_cancellation_as_cause(
        self, ledgers: LedgerHouse
    ) -> None:
        handle = await ledgers.start("owing")
        await handle.signal(contract.CHARGED, charged("a"))
        await handle.signal(contract.CHARGED, charged("b"))
        await eventually(lambda: has_balance(handle, 2))
        await handle.cancel()
        assert isinstance(assert_not_undone(await failure(handle), "ledger.Refund"), CancelledError)
        assert undone(ledgers) == ["refund b", "refund a"]

    @pytest.mark.parametrize("course", ["owing compensates", "owing forgives"])
    async def test_it_fails_also_what_compensated_by_itself(self, ledgers: LedgerHouse, course: str) -> None:
        handle = await ledgers.start(course)
        for key in ("a", "b"):
            await handle.signal(contract.BOOKED, booked(key))
        cause = assert_not_undone(await failed_when_closed(handle), "ledger.Refund")
        assert isinstance(cause, ActivityError) == (course == "owing compensates")
        assert undone(ledgers) == ["refund b", "refund a"]
        if course == "owing forgives":
            assert "CompensationFailed ledger.Refund" in (await handle.query("state")).applied

    async def test_whoever_deals_with_it_clears_it(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start("owing forgives and clears")
        await handle.signal(contract.BOOKED, booked("b"))
        await ended(handle)
        assert await handle.query("phase") == "OPEN"


class TestInFlight:
    """An activity that is under way when the process ends."""

    async def test_a_cancellation_waits_for_its_outcome_and_undoes_it(self, ledgers: LedgerHouse) -> None:
        ledgers.bank.hold = asyncio.Event()
        handle = await ledgers.start(start_signal=contract.CHARGED, start_signal_args=[charged("a")])
        await ledgers.bank.entered.wait()
        await handle.cancel()
        await eventually(lambda: has_heard_the_cancellation(handle))
        ledgers.bank.hold.set()
        assert isinstance(await failure(handle), CancelledError)
        assert ledgers.bank.calls == ["charge a", "refund a"]

    async def test_one_that_failed_for_good_is_not_undone(self, ledgers: LedgerHouse) -> None:
        ledgers.bank.hold = asyncio.Event()
        ledgers.bank.refused = ("charge a",)
        handle = await ledgers.start(start_signal=contract.CHARGED, start_signal_args=[charged("a")])
        await ledgers.bank.entered.wait()
        await handle.cancel()
        await eventually(lambda: has_heard_the_cancellation(handle))
        ledgers.bank.hold.set()
        assert isinstance(await failure(handle), CancelledError)
        assert ledgers.bank.calls == ["charge a"]

    async def test_one_that_was_not_heard_of_in_time_is_undone(self, ledgers: LedgerHouse) -> None:
        ledgers.bank.silent = ("charge a",)
        handle = await ledgers.start("owing hurries")
        assert isinstance(await failed_when_closed(handle), ActivityError)
        assert undone(ledgers) == ["refund a"]

    async def test_one_that_nobody_waits_for_any_more_is_undone(self, ledgers: LedgerHouse) -> None:
        ledgers.bank.hold = asyncio.Event()
        handle = await ledgers.start("owing gathers")
        await handle.signal(contract.CLOSED, closed())
        await ledgers.bank.entered.wait()
        ledgers.bank.hold.set()
        cause = await failure(handle)
        assert isinstance(cause, ApplicationError)
        assert cause.type == "Unbalanced"
        assert ledgers.bank.calls == ["charge slow", "refund slow"]

    async def test_one_that_is_covered_by_hand_is_waited_for_before_it_is_undone(
        self, ledgers: LedgerHouse
    ) -> None:
        handle = await ledgers.start("owing")
        await handle.signal(contract.BOOKED, booked("a"))
        await eventually(lambda: has_applied(handle, "a"))
        ledgers.bank.hold = asyncio.Event()
        await handle.signal(contract.BOOKED, booked("calls a"))
        await ledgers.bank.entered.wait()
        await handle.cancel()
        await eventually(lambda: has_heard_the_cancellation(handle))
        ledgers.bank.hold.set()
        assert isinstance(await failure(handle), CancelledError)
        assert ledgers.bank.ended == [("refund calls a", 1), ("refund a", 2)]

    async def test_a_cancellation_is_not_taken_for_the_failure_of_a_step(self, ledgers: LedgerHouse) -> None:
        ledgers.bank.hold = asyncio.Event()
        handle = await ledgers.start("owing nothing")
        await handle.signal(contract.CLOSED, closed())
        await ledgers.bank.entered.wait()
        await handle.cancel()
        assert isinstance(await failure(handle), CancelledError)
        ledgers.bank.hold.set()


async def has_applied(handle: Handle, entry: str) -> bool:
    return entry in (await handle.query("state")).applied


async def test_compensations_are_counted_by_outcome(house: LedgerHouse) -> None:
    metrics = Metrics()

    async def counted() -> bool:
        return [
            metrics.sdk_value("process_compensations", process="ledger", outcome=outcome)
            for outcome in ("done", "failed")
        ] == [2, 1]

    client = await Client.connect(
        house.client.service_client.config.target_host,
        runtime=metrics.runtime,
        data_converter=house.client.data_converter,
    )
    measured = replace(house, client=client)
    measured.bank.refused = ("refund b",)
    async with measured.worker():
        handle = await measured.start("owing fails")
        for key in ("a", "b", "c"):
            await handle.signal(contract.BOOKED, booked(key))
        await failed_when_closed(handle)
        await eventually(counted)
    metrics.close()
