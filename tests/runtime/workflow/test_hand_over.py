"""A long history continues as a new run: nothing lost, nothing repeated."""

import asyncio
import base64
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowFailureError, WorkflowHistory, WorkflowUpdateFailedError
from temporalio.exceptions import CancelledError

from process_runtime.contract import NOTES_LENGTH
from process_runtime.testing import replay
from process_runtime.updates import UpdateFailure
from process_runtime.workflow.carried import CarriedState, encode_bytes
from process_runtime.workflow.dedupe import DedupeWindow
from process_runtime.workflow.handover import HandOver, Position
from tests.runtime.workflow.conftest import Handle, LedgerHouse, eventually
from tests.runtime.workflow.ledger import contract, ledger_pb2
from tests.runtime.workflow.ledger.events import booked, charged, closed, start, transfer
from tests.runtime.workflow.ledger.registration import REGISTRATION
from tests.runtime.workflow.ledger.workflow_impl import Ledger

pytestmark = pytest.mark.asyncio(loop_scope="session")


def carried_into(history: WorkflowHistory) -> CarriedState:
    """What the run of `history` was started with."""
    payloads = history.events[0].workflow_execution_started_event_attributes.input.payloads
    return CarriedState(**json.loads(payloads[1].data))


async def ended(handle: Handle) -> ledger_pb2.LedgerResult:
    await handle.signal(contract.CLOSED, closed())
    return await handle.result()


async def transferred(handle: Handle, key: str, amount: int, update_id: str) -> object:
    """The reply to a transfer, asked for again if it met a hand-over."""
    while True:
        try:
            return await handle.execute_update(contract.TRANSFER, transfer(key, amount), id=update_id)
        except WorkflowUpdateFailedError as error:
            if getattr(error.cause, "type", None) != UpdateFailure.CONTINUED_AS_NEW:
                raise


async def epoch_is(ledgers: LedgerHouse, handle: Handle, epoch: int) -> bool:
    return (await ledgers.status(handle)).run_epoch >= epoch


@pytest.mark.requirement("R018", "R042")
async def test_under_a_stream_of_signals_every_event_is_applied_once_in_order(
    ledgers: LedgerHouse,
) -> None:
    handle = await ledgers.start()
    chance = random.Random(7)
    keys = [f"k{number}" for number in range(150)]
    for number, key in enumerate(keys):
        await handle.signal(contract.BOOKED, booked(key))
        if chance.random() < 0.3:
            # Across many runs: an early key comes again when the run that saw it is long gone.
            await handle.signal(contract.BOOKED, booked(keys[chance.randrange(number + 1)]))
        if number % 20 == 0:
            await handle.signal(contract.CHARGED, charged(f"c{number}"))
    applied = list((await ended(handle)).applied)
    assert [entry for entry in applied if entry.startswith("k")] == keys
    charges = [f"charge c{number}" for number in range(0, 150, 20)]
    assert ledgers.bank.calls == charges
    status = await ledgers.status(handle)
    assert status.run_epoch >= 3
    assert status.applied == len(keys) + len(charges) + 1
    for history in await ledgers.histories(handle):
        assert len(history.events) < 4 * (Ledger.history_limit or 0)


async def test_concurrent_signals_during_hand_overs_are_applied_once(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start()
    keys = [f"k{number}" for number in range(200)]
    await asyncio.gather(*(handle.signal(contract.BOOKED, booked(key)) for key in [*keys, *keys]))
    result = await ended(handle)
    assert sorted(result.applied) == sorted(keys)
    status = await ledgers.status(handle)
    assert (status.applied, status.duplicates) == (201, 200)
    assert status.run_epoch >= 1


async def test_what_waits_in_the_inbox_is_carried(ledgers: LedgerHouse) -> None:
    ledgers.bank.hold = asyncio.Event()
    handle = await ledgers.start(start_signal=contract.CHARGED, start_signal_args=[charged("a")])
    await ledgers.bank.entered.wait()
    # The handler holds everything up until the history is past the limit.
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    assert (await ledgers.status(handle)).waiting == 60
    ledgers.bank.hold.set()
    result = await ended(handle)
    assert list(result.applied) == ["begin a", "end a", *(f"k{number}" for number in range(60))]
    _, second, *_ = await ledgers.histories(handle)
    assert len(carried_into(second).inbox) >= 60


async def test_versions_unknown_events_and_owed_compensations_are_carried(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start("fails-when-closed")
    await handle.signal(contract.BOOKED, booked("versioned", version=7))
    await handle.signal("ledger.Audited.v2", booked("unknown"))
    await handle.signal(contract.CHARGED, charged("owed"))
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    await eventually(lambda: epoch_is(ledgers, handle, 1))
    await handle.signal(contract.BOOKED, booked("old", version=7))
    await handle.signal(contract.CLOSED, closed())
    with pytest.raises(WorkflowFailureError):
        await handle.result()
    status = await ledgers.status(handle)
    assert (status.phase, status.unknown, status.stale) == ("OPEN", 1, 1)
    assert ledgers.bank.calls == ["charge owed", "refund owed"]


async def test_an_event_kept_as_unknown_is_handled_once_a_worker_knows_it(ledgers: LedgerHouse) -> None:
    """A run that begins with a kept event of a type that is known by now."""
    before = await ledgers.start()
    await before.signal("ledger.Audited.v2", booked("kept"))
    for number in range(60):
        await before.signal(contract.BOOKED, booked(f"k{number}"))
    await eventually(lambda: epoch_is(ledgers, before, 1))
    carried = carried_into((await ledgers.histories(before))[1])
    [unknown] = carried.unknown
    renamed = CarriedState(run_epoch=1, seq=0, unknown=[{**unknown, "name": contract.BOOKED}])  # type: ignore[dict-item, list-item]
    handle = await ledgers.continue_from(renamed)
    assert list((await ended(handle)).applied) == ["kept"]


async def test_a_repeated_update_finds_its_reply_in_a_later_run(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start(start_signal=contract.BOOKED, start_signal_args=[booked("b", 9)])
    first = await transferred(handle, "t", 4, "one")
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    await eventually(lambda: epoch_is(ledgers, handle, 1))
    assert await transferred(handle, "t", 4, "two") == first == ledger_pb2.TransferReply(balance=5)


async def test_a_wait_keeps_its_deadline_across_runs(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start("times-out-late")
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    await eventually(lambda: epoch_is(ledgers, handle, 1))
    histories = await ledgers.histories(handle)
    first_timer, later_timer = (
        next(
            event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
            for event in history.events
            if event.HasField("timer_started_event_attributes")
        )
        for history in histories[:2]
    )
    assert later_timer < first_timer
    await handle.cancel()


async def test_the_state_is_carried_as_the_contracts_message(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start()
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}", amount=2))
    await eventually(lambda: epoch_is(ledgers, handle, 1))
    carried = carried_into((await ledgers.histories(handle))[1])
    state = ledger_pb2.LedgerState.FromString(base64.b64decode(carried.state))
    assert state.balance == 2 * len(state.applied) > 0
    await handle.cancel()


@pytest.mark.requirement("R002", "R003")
@pytest.mark.parametrize("seed", ["0", "4242"])
async def test_every_run_replays_in_a_fresh_process_whatever_the_hash_seed(
    ledgers: LedgerHouse, tmp_path: Path, seed: str
) -> None:
    handle = await ledgers.start()
    for number in range(80):
        await handle.signal(contract.BOOKED, booked(f"k{number % 60}"))
        if number % 10 == 0:
            await handle.signal(contract.CHARGED, charged(f"c{number}"))
            await handle.signal(f"unknown.Type{number}.v1", booked("u"))
    await transferred(handle, "t", 3, "once")
    await ended(handle)
    paths = []
    for number, history in enumerate(await ledgers.histories(handle)):
        paths.append(tmp_path / f"run-{number}.json")
        paths[-1].write_text(history.to_json())
    assert len(paths) >= 2
    replayed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.runtime.workflow.ledger.replay", *map(str, paths)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert replayed.returncode == 0, replayed.stderr


async def test_the_replay_program_finds_a_history_that_the_code_does_not_repeat(
    ledgers: LedgerHouse, tmp_path: Path
) -> None:
    handle = await ledgers.start()
    await handle.signal(contract.CHARGED, charged("c"))
    await ended(handle)
    [history] = await ledgers.histories(handle)
    changed = history.to_json().replace('"ledger.Charge"', '"ledger.Refund"')
    (tmp_path / "changed.json").write_text(changed)
    replayed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.runtime.workflow.ledger.replay", str(tmp_path / "changed.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert replayed.returncode != 0
    assert "ondeterminism" in replayed.stderr


async def test_without_a_sticky_cache_the_outcome_is_the_same(house: LedgerHouse) -> None:
    keys = [f"k{number}" for number in range(50)]
    async with house.worker(max_cached_workflows=0):
        handle = await house.start()
        for number, key in enumerate(keys):
            await handle.signal(contract.BOOKED, booked(key))
            if number % 15 == 0:
                await handle.signal(contract.CHARGED, charged(f"c{number}"))
        result = await ended(handle)
    assert [entry for entry in result.applied if entry.startswith("k")] == keys
    assert house.bank.calls == ["charge c0", "charge c15", "charge c30", "charge c45"]


async def test_a_process_that_swallowed_a_cancellation_still_continues_as_new(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start("ignores-cancellation")
    await eventually(lambda: phase_is(handle, "OPEN"))
    await handle.cancel()
    await eventually(lambda: phase_is(handle, "CLOSING"))
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    await eventually(lambda: epoch_is(ledgers, handle, 1))
    assert len((await ended(handle)).applied) == 60


async def phase_is(handle: Handle, phase: str) -> bool:
    return bool(await handle.query("phase", result_type=str) == phase)


async def is_open(handle: Handle) -> bool:
    return bool(await handle.query("phase") == "OPEN")


async def test_a_cancellation_that_comes_with_the_event_that_ends_a_run_is_heard(house: LedgerHouse) -> None:
    async with house.worker():
        handle = await house.start()
        await eventually(lambda: is_open(handle))
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"b{number}"))
    await handle.cancel()
    # Nobody worked meanwhile: one workflow task brings what makes the run hand over, and the cancellation.
    async with house.worker():
        with pytest.raises(WorkflowFailureError) as error:
            await handle.result()
    assert isinstance(error.value.cause, CancelledError)


async def tasks_completed(handle: Handle, count: int) -> bool:
    events = (await handle.fetch_history()).events
    done = [event for event in events if event.HasField("workflow_task_completed_event_attributes")]
    return len(done) >= count


async def test_a_replay_hands_over_where_the_run_did_though_a_local_activity_outlasted_a_task(
    house: LedgerHouse,
) -> None:
    """All events come in the first task: it sees 19 events, and the task in which the activity ends 22."""
    house.bank.hold = asyncio.Event()
    handle = await house.start("local charges", memo={NOTES_LENGTH: True})
    keys = [f"k{number}" for number in range(15)]
    for key in keys:
        await handle.signal(contract.BOOKED, booked(key))
    await handle.signal(contract.CHARGED, charged("slow"))
    async with house.worker():
        await house.bank.entered.wait()
        await eventually(lambda: tasks_completed(handle, 1))
        house.bank.hold.set()
        await eventually(lambda: epoch_is(house, handle, 1))
        assert list((await ended(handle)).applied) == [*keys, "charge slow"]
    assert house.bank.calls == ["charge slow"]
    for history in await house.histories(handle):
        await replay(REGISTRATION, history)


async def test_a_run_too_large_to_carry_goes_on_and_says_so(
    ledgers: LedgerHouse, caplog: pytest.LogCaptureFixture
) -> None:
    handle = await ledgers.start()

    async def applied(count: int) -> bool:
        return (await ledgers.status(handle)).applied == count

    # The state keeps every key.
    for number in range(40):
        await handle.signal(contract.BOOKED, booked(f"{number:040}" * 1_000))
    await eventually(lambda: applied(40))
    first = await ledgers.status(handle)
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    await eventually(lambda: applied(100))
    last = await ledgers.status(handle)
    assert last.run_epoch == first.run_epoch
    assert last.too_large_to_continue > 1_900_000
    assert "too many to continue as new" in caplog.text
    await handle.terminate()


async def test_an_inbox_too_large_to_carry_is_let_go_first(ledgers: LedgerHouse) -> None:
    ledgers.bank.hold = asyncio.Event()
    handle = await ledgers.start(start_signal=contract.CHARGED, start_signal_args=[charged("a")])
    await ledgers.bank.entered.wait()
    keys = [f"{number:020}" * 500 for number in range(60)]
    for key in keys:
        await handle.signal(contract.BOOKED, booked(key))
    assert (await ledgers.status(handle)).waiting_bytes > 600_000
    ledgers.bank.hold.set()
    assert list((await ended(handle)).applied) == ["begin a", "end a", *keys]
    _, second, *_ = await ledgers.histories(handle)
    assert 0 < len("".join(carried_into(second).inbox)) < 400_000


async def test_what_the_dedupe_window_forgets_is_counted_and_shown(ledgers: LedgerHouse) -> None:
    limits = Ledger.dedupe_limits
    window = DedupeWindow(limits)
    then = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    for number in range(limits.count):
        window.add(f"old{number}", then)
    carried = CarriedState(run_epoch=1, seq=0, seen=encode_bytes(window.to_bytes()), evicted_by_age=3)
    handle = await ledgers.continue_from(carried)
    await handle.signal(contract.BOOKED, booked("new"))
    await handle.signal(contract.BOOKED, booked("old1"))
    await handle.signal(contract.BOOKED, booked("old0"))
    assert list((await ended(handle)).applied) == ["new", "old0"]
    status = await ledgers.status(handle)
    assert (status.remembered, status.capacity, status.oldest_remembered) == (
        limits.count,
        limits.count,
        then,
    )
    assert (status.evicted_by_count, status.evicted_by_age, status.duplicates) == (3, 3, 1)


async def test_a_history_that_only_grew_is_no_moment_to_hand_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay skips workflow tasks that bring nothing: what is decided in one cannot be repeated."""
    suggested = False
    info = SimpleNamespace(
        is_continue_as_new_suggested=lambda: suggested, get_current_history_length=lambda: 3
    )
    monkeypatch.setattr(workflow, "info", lambda: info)
    monkeypatch.setattr(workflow, "memo_value", lambda _name, default, **_: default)
    process: Any = Ledger()
    process._waits = SimpleNamespace(parked=True, begun=1, begun_anywhere=1)
    counts = SimpleNamespace(unknown=0)
    here: Any = SimpleNamespace(waiting=[], waiting_bytes=0, in_flight=0, idle=True, begun=0, counts=counts)
    handover: Any = HandOver(process, start(), here, scope=here, outbox=here, position=Position())
    body: Any = SimpleNamespace(done=lambda: False)
    assert not handover.is_due(body)
    suggested = True
    assert not handover.is_due(body)
    handover.settled()
    assert handover.is_due(body)
