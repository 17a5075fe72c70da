"""Waits in time: deadlines, steps on the way, resets, and what of it outlives a run."""

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import CancelledError

from process_runtime.workflow import CarriedState, after, before_end
from process_runtime.workflow.carried import CarriedTimer, CarriedWait
from process_runtime.workflow.timers import Step, Timer
from tests.runtime.workflow.conftest import Handle, LedgerHouse, eventually
from tests.runtime.workflow.ledger import contract
from tests.runtime.workflow.ledger.events import booked, closed

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOUR = 3600.0
_AWAY = 1.5
"""Seconds until a timer that has to fire while no worker runs: a busy machine takes a while to stop one."""


def course(**spec: Any) -> str:
    return json.dumps(spec)


def named(**spec: Any) -> str:
    return course(name="approval", **spec)


async def count(handle: Handle, kind: str) -> int:
    return sum(event.HasField(kind) for event in (await handle.fetch_history()).events)  # type: ignore[arg-type]


async def timers_started(handle: Handle) -> int:
    return await count(handle, "timer_started_event_attributes")


async def has(handle: Handle, kind: str, times: int = 1) -> bool:
    return await count(handle, kind) >= times


async def applied(handle: Handle) -> list[str]:
    return list((await handle.query("state")).applied)


async def noted(handle: Handle, text: str) -> bool:
    return text in await applied(handle)


async def began(handle: Handle) -> bool:
    return await has(handle, "workflow_task_completed_event_attributes")


class TestSteps:
    @pytest.mark.requirement("R203")
    async def test_they_come_in_the_order_of_their_moments_and_then_the_timeout(
        self, ledgers: LedgerHouse
    ) -> None:
        handle = await ledgers.start(course(timeout=0.3, before_end=[0.05], after=[0.2, 0.1, 0, 9]))
        result = await handle.result()
        assert list(result.applied) == [
            "after 0",
            "after 0.1",
            "after 0.2",
            "before_end 0.05",
            "timeout",
            "over",
        ]
        # One timer at a time, and none for a step that is done at once or never.
        assert await timers_started(handle) <= 4

    async def test_a_condition_that_is_met_ends_them(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start(course(timeout=HOUR, after=[0.01, HOUR / 2], before_end=[1]))
        await eventually(lambda: noted(handle, "after 0.01"))
        await handle.signal(contract.CLOSED, closed())
        assert list((await handle.result()).applied) == ["after 0.01", "met"]

    async def test_those_whose_time_passed_while_workers_were_away_come_in_order(
        self, house: LedgerHouse
    ) -> None:
        async with house.worker():
            handle = await house.start(course(timeout=2.4, before_end=[0.4, 0.8], after=[_AWAY]))
            await eventually(lambda: began(handle))
        await eventually(lambda: has(handle, "timer_fired_event_attributes"))
        async with house.worker():
            result = await handle.result()
        assert list(result.applied) == [
            f"after {_AWAY}",
            "before_end 0.8",
            "before_end 0.4",
            "timeout",
            "over",
        ]

    async def test_two_of_one_moment_come_as_given(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start(course(timeout=0.1, after=[0.05, 0.05]))
        assert list((await handle.result()).applied) == ["after 0.05", "after 0.05", "timeout", "over"]

    async def test_a_process_does_not_continue_as_new_in_the_middle_of_one(
        self, ledgers: LedgerHouse
    ) -> None:
        ledgers.bank.hold = asyncio.Event()
        handle = await ledgers.start(named(timeout=HOUR, charge=[0]))
        await ledgers.bank.entered.wait()
        for number in range(60):
            await handle.signal(contract.BOOKED, booked(f"k{number}"))
        await eventually(lambda: noted(handle, "k59"))
        assert (await ledgers.status(handle)).run_epoch == 0
        ledgers.bank.hold.set()
        await eventually(lambda: epoch_is(ledgers, handle, 1))
        await handle.signal(contract.CLOSED, closed())
        ends = [entry for entry in (await handle.result()).applied if "step" in entry]
        assert ends == ["begin step 0", "end step 0"]
        assert ledgers.bank.calls == ["charge step 0"]

    async def test_a_cancellation_in_the_middle_of_one_is_the_end(self, ledgers: LedgerHouse) -> None:
        ledgers.bank.hold = asyncio.Event()
        handle = await ledgers.start(course(timeout=HOUR, charge=[0], before_end=[HOUR]))
        await ledgers.bank.entered.wait()
        await handle.cancel()
        ledgers.bank.hold.set()
        with pytest.raises(WorkflowFailureError) as error:
            await handle.result()
        assert isinstance(error.value.cause, CancelledError)
        # Done before the cancellation, whichever of the two the process heard of first.
        assert ledgers.bank.calls == ["charge step 0", "refund step 0"]


async def epoch_is(ledgers: LedgerHouse, handle: Handle, epoch: int) -> bool:
    return (await ledgers.status(handle)).run_epoch >= epoch


class TestDeadlines:
    async def test_one_that_has_passed_ends_the_wait_at_once_with_its_warnings(
        self, ledgers: LedgerHouse
    ) -> None:
        past = datetime.now(UTC) - timedelta(hours=1)
        handle = await ledgers.start(course(deadline=past.isoformat(), before_end=[60]))
        assert list((await handle.result()).applied) == ["before_end 60", "timeout", "over"]
        assert await timers_started(handle) == 0

    async def test_the_earlier_of_deadline_and_timeout_counts(self, ledgers: LedgerHouse) -> None:
        deadline = datetime(2100, 1, 1, tzinfo=UTC)
        handle = await ledgers.start(named(deadline=deadline.isoformat(), timeout=HOUR))
        await handle.signal(contract.BOOKED, booked("ends"))
        await eventually(lambda: has_events(handle))
        [ends] = await applied(handle)
        assert datetime.fromisoformat(ends) < deadline
        await handle.terminate()

    @pytest.mark.changes_code
    async def test_one_without_a_time_zone_is_a_bug(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start(course(deadline="2030-01-01T00:00:00"))
        await eventually(lambda: task_fails_with(handle, "has no time zone"))
        await handle.terminate()


async def has_events(handle: Handle) -> bool:
    return bool(await applied(handle))


async def task_fails_with(handle: Handle, text: str) -> bool:
    return any(
        text in event.workflow_task_failed_event_attributes.failure.message
        for event in (await handle.fetch_history()).events
    )


class TestReset:
    @pytest.mark.requirement("R200")
    async def test_it_begins_time_and_steps_anew_and_costs_no_history(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start(named(timeout=HOUR, after=[0.01, HOUR / 2]))
        await eventually(lambda: noted(handle, "after 0.01"))
        before = await timers_started(handle)
        for number in range(5):
            await handle.signal(contract.BOOKED, booked(f"ends {number}"))
            await handle.signal(contract.BOOKED, booked(f"reset {number}"))
            await eventually(lambda: noted_times(handle, "after 0.01", number + 2))  # noqa: B023
        entries = await applied(handle)
        assert [entry for entry in entries if entry.startswith("reset")] == [
            f"reset {n} True" for n in range(5)
        ]
        ends = [datetime.fromisoformat(entry) for entry in entries if entry.startswith("20")]
        assert ends == sorted(set(ends))
        await handle.signal(contract.CLOSED, closed())
        await handle.result()
        # For each reset the timer of the step that is due again, and that of the next; not one for the end.
        assert await timers_started(handle) <= before + 2 * 5

    async def test_a_timer_that_runs_is_left_to_fire(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start(named(timeout=HOUR))
        await eventually(lambda: has(handle, "timer_started_event_attributes"))
        for number in range(5):
            await handle.signal(contract.BOOKED, booked(f"reset {number}"))
        await handle.signal(contract.CLOSED, closed())
        assert list((await handle.result()).applied) == [*(f"reset {n} True" for n in range(5)), "met"]
        assert await timers_started(handle) == 1

    async def test_without_such_a_wait_it_says_so(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start(course(timeout=HOUR))
        await handle.signal(contract.BOOKED, booked("reset"))
        await handle.signal(contract.BOOKED, booked("ends"))
        await handle.signal(contract.CLOSED, closed())
        assert list((await handle.result()).applied) == ["reset False", "None", "met"]

    @pytest.mark.parametrize("event", ["reset", "closed"])
    async def test_what_came_in_the_same_workflow_task_as_the_end_beats_it(
        self, house: LedgerHouse, event: str
    ) -> None:
        async with house.worker():
            handle = await house.start(named(timeout=_AWAY))
            await eventually(lambda: has(handle, "timer_started_event_attributes"))
        if event == "reset":
            await handle.signal(contract.BOOKED, booked("reset", amount=int(HOUR)))
        else:
            await handle.signal(contract.CLOSED, closed())
        # Nobody works: the end and the event come to one workflow task.
        await eventually(lambda: has(handle, "timer_fired_event_attributes"))
        async with house.worker():
            if event == "reset":
                await eventually(lambda: noted(handle, "reset True"))
                assert await applied(handle) == ["reset True"]
                await handle.signal(contract.CLOSED, closed())
            assert (await handle.result()).applied[-1] == "met"

    @pytest.mark.changes_code
    async def test_two_waits_of_one_name_at_once_are_a_bug(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start(named(timeout=HOUR))
        await handle.signal(contract.BOOKED, booked("same name"))
        await eventually(lambda: task_fails_with(handle, "two waits have the name 'approval'"))
        await handle.terminate()


async def noted_times(handle: Handle, text: str, times: int) -> bool:
    return (await applied(handle)).count(text) >= times


def carried(*timers: CarriedTimer, wait: CarriedWait | None = None) -> CarriedState:
    return CarriedState(run_epoch=1, seq=0, timers=list(timers), wait=wait)


def timer(name: str = "approval", *, began: float = -2, ends: float | None = -1, **more: Any) -> CarriedTimer:
    """Times in hours from now."""
    now = time.time()
    return CarriedTimer(
        name=name, began=now + began * HOUR, ends=None if ends is None else now + ends * HOUR, **more
    )


class TestContinueAsNew:
    async def test_a_named_wait_goes_on_with_its_end_and_the_steps_that_are_left(
        self, ledgers: LedgerHouse
    ) -> None:
        handle = await ledgers.start(named(timeout=HOUR, after=[0.01, 3 * HOUR], before_end=[HOUR, 1]))
        await handle.signal(contract.BOOKED, booked("ends before"))
        for number in range(60):
            await handle.signal(contract.BOOKED, booked(f"k{number}"))
        await eventually(lambda: epoch_is(ledgers, handle, 1))
        await handle.signal(contract.BOOKED, booked("ends after"))
        await eventually(lambda: noted(handle, "after 0.01"))
        await handle.signal(contract.CLOSED, closed())
        entries = [entry for entry in (await handle.result()).applied if not entry.startswith("k")]
        ends = [entry for entry in entries if entry.startswith("20")]
        assert len(ends) == 2
        assert ends[0] == ends[1]
        steps = [entry for entry in entries if not entry.startswith("20")]
        assert sorted(steps[:-1]) == ["after 0.01", f"before_end {HOUR}"]
        assert steps[-1] == "met"

    async def test_a_wait_whose_end_passed_meanwhile_is_over(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.continue_from(
            carried(timer(timeout=HOUR, ran=["after 60.0"])), named(timeout=HOUR, after=[60, 120])
        )
        # The step that was done is not done again, and the other late.
        assert list((await handle.result()).applied) == ["after 120", "timeout", "over"]
        assert await timers_started(handle) == 0

    @pytest.mark.parametrize(
        ("spec", "carries"),
        [
            ({"timeout": HOUR}, {"timeout": HOUR}),
            ({"after": [60], "timeout": 9.0}, {"timeout": 9.0, "ran": []}),
        ],
    )
    async def test_one_without_a_name_is_known_by_its_timeout(
        self, ledgers: LedgerHouse, spec: dict[str, Any], carries: dict[str, Any]
    ) -> None:
        handle = await ledgers.continue_from(carried(timer("", **carries)), course(**spec))
        assert (await handle.result()).applied[-1] == "over"
        other = await ledgers.continue_from(carried(timer("", **carries)), course(timeout=2 * HOUR))
        await other.signal(contract.CLOSED, closed())
        assert list((await other.result()).applied) == ["met"]

    async def test_what_a_run_of_an_older_version_carried_still_loads(self, ledgers: LedgerHouse) -> None:
        wait = CarriedWait(timeout=HOUR, deadline=time.time() - 60)
        handle = await ledgers.continue_from(carried(wait=wait), course(timeout=HOUR))
        assert list((await handle.result()).applied) == ["timeout", "over"]

    async def test_a_step_that_is_due_when_the_run_hands_over_is_done_once(self, house: LedgerHouse) -> None:
        async with house.worker():
            handle = await house.start(named(timeout=HOUR, charge=[_AWAY]))
            await eventually(lambda: has(handle, "timer_started_event_attributes"))
        for number in range(60):
            await handle.signal(contract.BOOKED, booked(f"k{number}"))
        # Nobody works: what makes the run hand over and the step come to one workflow task.
        await eventually(lambda: has(handle, "timer_fired_event_attributes"))
        async with house.worker():
            await eventually(lambda: epoch_is(house, handle, 1))
            await eventually(lambda: noted(handle, f"end step {_AWAY}"))
            await handle.signal(contract.CLOSED, closed())
            result = await handle.result()
        assert [entry for entry in result.applied if "step" in entry] == [
            f"begin step {_AWAY}",
            f"end step {_AWAY}",
        ]
        assert house.bank.calls == [f"charge step {_AWAY}"]

    async def test_an_event_that_waited_resets_the_wait_before_it_is_over(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.continue_from(
            carried(timer(timeout=HOUR)),
            named(timeout=HOUR),
            start_signal=contract.BOOKED,
            start_signal_args=[booked("reset")],
        )
        await handle.signal(contract.CLOSED, closed())
        assert list((await handle.result()).applied) == ["reset True", "met"]

    async def test_a_wait_that_the_new_run_does_not_begin_is_forgotten(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.continue_from(carried(timer("another", timeout=HOUR)), named(timeout=HOUR))
        for number in range(60):
            await handle.signal(contract.BOOKED, booked(f"k{number}"))
        await eventually(lambda: epoch_is(ledgers, handle, 2))
        second = (await ledgers.histories(handle))[1]
        payloads = second.events[0].workflow_execution_started_event_attributes.input.payloads
        assert [entry["name"] for entry in json.loads(payloads[1].data)["timers"]] == ["approval"]
        await handle.signal(contract.CLOSED, closed())
        await handle.result()


class TestTimer:
    """Without a server."""

    def begun(self, steps: Sequence[Step], **wait: Any) -> Timer:
        timer = Timer.begin("t", wait.get("timeout"), wait.get("deadline"), 1000.0)
        timer.add_steps(steps)
        return timer

    async def nothing(self) -> None:
        """A step."""

    async def test_a_reset_owes_steps_again_whose_moment_moved_and_no_others(self) -> None:
        deadline = datetime.fromtimestamp(2000, UTC)
        steps = [
            after(timedelta(seconds=100), self.nothing),
            before_end(timedelta(seconds=900), self.nothing),
        ]
        timer = self.begun(steps, deadline=deadline)
        assert timer.due == 1100
        assert [timer.take(), timer.take()] == [steps[0].action, steps[1].action]
        assert timer.due == 2000
        timer.reset(1150, None, None)
        assert timer.due == 1250
        timer.reset(1300, None, datetime.fromtimestamp(3000, UTC))
        assert [timer.due, timer.ends] == [1400, 3000]
        timer.take()
        assert timer.due == 2100

    async def test_a_step_after_the_end_is_never_due(self) -> None:
        timer = self.begun([after(timedelta(seconds=11), self.nothing)], timeout=timedelta(seconds=10))
        assert timer.due == 1010
        assert timer.take() is None

    @pytest.mark.parametrize("make", [after, before_end])
    async def test_a_time_below_zero_is_refused(self, make: Any) -> None:
        with pytest.raises(ValueError, match="below zero"):
            make(timedelta(seconds=-1), self.nothing)

    async def test_a_warning_before_an_end_that_there_is_not_is_refused(self) -> None:
        with pytest.raises(ValueError, match="needs a wait with a timeout or a deadline"):
            self.begun([before_end(timedelta(seconds=1), self.nothing)])
