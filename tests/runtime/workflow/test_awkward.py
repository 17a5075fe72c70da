"""Processes written as people seldom do: each comes to its end, and no step of it is lost on the way."""

import asyncio
import time

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError, CancelledError

from process_runtime.workflow import CarriedState
from process_runtime.workflow.carried import CarriedTimer
from tests.runtime.workflow.conftest import (
    Handle,
    LedgerHouse,
    eventually,
    has_heard_the_cancellation,
)
from tests.runtime.workflow.ledger import contract
from tests.runtime.workflow.ledger.client import LedgerClient
from tests.runtime.workflow.ledger.events import booked, charged, closed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def failure(handle: Handle) -> BaseException:
    with pytest.raises(WorkflowFailureError) as error:
        await handle.result()
    return error.value.cause


async def applied(handle: Handle) -> list[str]:
    return list((await handle.query("state")).applied)


async def has_applied(handle: Handle, entry: str) -> bool:
    return entry in await applied(handle)


async def epoch_is(ledgers: LedgerHouse, handle: Handle, epoch: int) -> bool:
    return (await ledgers.status(handle)).run_epoch >= epoch


async def timers_started(handle: Handle) -> int:
    events = (await handle.fetch_history()).events
    return sum(event.HasField("timer_started_event_attributes") for event in events)


async def test_a_cancellation_that_only_a_handler_can_hear_ends_the_process_and_undoes(
    ledgers: LedgerHouse,
) -> None:
    ledgers.bank.hold = asyncio.Event()
    handle = await ledgers.start(
        "awkward ends at once", start_signal=contract.CHARGED, start_signal_args=[charged("a")]
    )
    await ledgers.bank.entered.wait()
    await handle.cancel()
    await eventually(lambda: has_heard_the_cancellation(handle))
    ledgers.bank.hold.set()
    assert isinstance(await failure(handle), CancelledError)
    assert ledgers.bank.calls == ["charge a", "refund a"]


async def test_a_run_that_waits_for_events_again_does_not_keep_a_failed_process_from_ending(
    ledgers: LedgerHouse,
) -> None:
    handle = await ledgers.start("awkward goes on when cancelled")
    await handle.signal(contract.CHARGED, charged("a"))
    await eventually(lambda: has_applied(handle, "end a"))
    await handle.signal(contract.BOOKED, booked("b", -1))
    cause = await failure(handle)
    assert isinstance(cause, ApplicationError)
    assert cause.type == "Negative"
    assert ledgers.bank.calls == ["charge a", "refund a"]


@pytest.mark.parametrize("action", ["step", "timeout"])
async def test_what_waits_in_the_middle_of_a_step_is_not_cut_off_by_a_new_run(
    ledgers: LedgerHouse, action: str
) -> None:
    handle = await ledgers.start(f"awkward {action} that waits")
    await eventually(lambda: has_applied(handle, "begin"))
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    await eventually(lambda: has_applied(handle, "k59"))
    assert (await ledgers.status(handle)).run_epoch == 0
    await handle.signal(contract.BOOKED, booked("go on"))
    await eventually(lambda: epoch_is(ledgers, handle, 1))
    await handle.signal(contract.CLOSED, closed())
    entries = [entry for entry in (await handle.result()).applied if not entry.startswith("k")]
    assert entries == ["begin", "go on", "end"]


@pytest.mark.parametrize("distance", ["far", "farther"])
async def test_a_wait_may_end_in_the_farthest_future_and_have_any_name(
    ledgers: LedgerHouse, distance: str
) -> None:
    handle = await ledgers.start(f"awkward {distance}")
    await handle.signal(contract.BOOKED, booked("ends"))
    await eventually(lambda: has_applied(handle, "9999"))
    await handle.signal(contract.CLOSED, closed())
    assert list((await handle.result()).applied) == ["ends", "9999"]
    assert await timers_started(handle) == 1


async def test_a_run_that_does_not_end_when_its_process_has_failed_is_a_bug(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start("awkward never ends")
    await handle.signal(contract.BOOKED, booked("b", -1))

    async def is_told() -> bool:
        return any(
            "waits for events again" in event.workflow_task_failed_event_attributes.failure.message
            for event in (await handle.fetch_history()).events
        )

    await eventually(is_told)
    await handle.terminate()


async def test_events_that_nobody_handles_make_a_run_long_too(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start()
    for _ in range(60):
        await handle.signal("ledger.Audited.v1", booked("a"))
    await eventually(lambda: epoch_is(ledgers, handle, 1))
    await handle.signal(contract.CLOSED, closed())
    await handle.result()


async def test_what_works_beside_run_makes_a_run_long_too(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start("awkward works beside")
    await eventually(lambda: epoch_is(ledgers, handle, 1))
    await handle.signal(contract.CLOSED, closed())
    await handle.result()


async def test_the_time_of_a_wait_that_is_met_at_once_is_not_that_of_the_next(ledgers: LedgerHouse) -> None:
    now = time.time()
    timer = CarriedTimer(name="", timeout=3600.0, began=now - 7200, ends=now - 3600)
    handle = await ledgers.continue_from(
        CarriedState(run_epoch=1, seq=0, timers=[timer]), "awkward waits twice"
    )

    async def waits_or_is_over() -> bool:
        return await timers_started(handle) == 1 or await has_applied(handle, "over")

    await eventually(waits_or_is_over)
    await handle.signal(contract.CLOSED, closed())
    assert list((await handle.result()).applied) == ["met"]


async def test_what_people_started_beside_run_does_nothing_after_the_end(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start("awkward works on")
    await handle.signal(contract.BOOKED, booked("a"))
    await handle.signal(contract.CHARGED, charged("b"))
    await eventually(lambda: has_applied(handle, "end b"))
    ledgers.bank.hold = asyncio.Event()
    ledgers.bank.entered.clear()
    await handle.signal(contract.CLOSED, closed())
    await ledgers.bank.entered.wait()

    async def woke() -> bool:
        events = (await handle.fetch_history()).events
        fired = [n for n, event in enumerate(events) if event.HasField("timer_fired_event_attributes")]
        tasks = [n for n, e in enumerate(events) if e.HasField("workflow_task_completed_event_attributes")]
        return bool(fired) and tasks[-1] > fired[-1]

    await eventually(woke)
    ledgers.bank.hold.set()
    assert isinstance(await failure(handle), ApplicationError)
    assert ledgers.bank.calls == ["charge b", "refund b"]


async def test_run_does_not_go_on_when_what_it_waits_for_comes_with_a_failure(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start("awkward in time")
    await handle.signal(contract.CLOSED, closed("closed and failed"))
    cause = await failure(handle)
    assert isinstance(cause, ApplicationError)
    assert cause.type == "Early"
    assert await applied(handle) == []


async def test_callers_are_not_sent_away_by_a_run_that_is_too_large_to_hand_over(
    ledgers: LedgerHouse,
) -> None:
    client = LedgerClient(ledgers.client, ledgers.task_queue)
    for number in range(20):
        await client.send(booked(f"{number}-{'x' * 100_000}"))

    async def is_too_large() -> bool:
        return (await ledgers.status(client.handle)).too_large_to_continue > 0

    number = 0
    while not await is_too_large():
        await client.send(booked(f"more {number}"))
        number += 1
    ledgers.bank.hold = asyncio.Event()
    await client.send(charged("held"))
    await ledgers.bank.entered.wait()
    for number in range(80):
        await client.send(booked(f"k{number}"))
    replies = asyncio.gather(*(client.transfer(f"t{number}") for number in range(3)))

    async def wait() -> bool:
        return (await ledgers.status(client.handle)).waiting == 83

    await eventually(wait)
    ledgers.bank.hold.set()
    async with asyncio.timeout(60):
        await replies
    await client.handle.terminate()
