"""Several events in one signal: each is applied once, in order, or kept by itself for a newer worker."""

from __future__ import annotations

from typing import Any

import pytest

from process_runtime import coalesced
from process_runtime.testing import replay
from tests.runtime.workflow.conftest import Handle, LedgerHouse, eventually
from tests.runtime.workflow.ledger import contract, switches
from tests.runtime.workflow.ledger.events import booked, charged, closed
from tests.runtime.workflow.ledger.registration import REGISTRATION

pytestmark = pytest.mark.asyncio(loop_scope="session")

changes_code = pytest.mark.changes_code("a newer worker takes over")


async def signal(handle: Handle, *events: tuple[str, Any]) -> None:
    name, arguments = coalesced.signal_of(events)
    await handle.signal(name, args=arguments)


async def ended(handle: Handle) -> list[str]:
    await handle.signal(contract.CLOSED, closed())
    return list((await handle.result()).applied)


async def keeps(house: LedgerHouse, handle: Handle, count: int) -> bool:
    return (await house.status(handle)).unknown == count


async def test_events_of_one_type_go_under_its_name_and_those_of_several_with_a_list_of_types() -> None:
    assert coalesced.signal_of([("a", 1), ("a", 2)]) == ("a", [1, 2])
    name, arguments = coalesced.signal_of([("a", 1), ("b", 2), ("a", 3)])
    assert (name, arguments) == (coalesced.SIGNAL, [["a", "b", "a"], 1, 2, 3])
    assert coalesced.types_of(arguments[0], 3) == ["a", "b", "a"]


@pytest.mark.parametrize("first", [None, "a", [], ["a"], ["a", 1], ["a", coalesced.SIGNAL], {"a": "b"}, 7])
async def test_what_is_no_list_of_types_is_taken_for_none(first: object) -> None:
    assert coalesced.types_of(first, 2) is None


async def test_each_event_of_a_signal_is_applied_once_and_in_order(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start()
    await signal(handle, (contract.BOOKED, booked("a")), (contract.BOOKED, booked("b")))
    # Sent again together with new ones, as after a call whose answer was lost.
    await signal(
        handle,
        (contract.BOOKED, booked("b")),
        (contract.CHARGED, charged("x")),
        (contract.BOOKED, booked("c")),
        (contract.CHARGED, charged("x")),
    )
    assert await ended(handle) == ["a", "b", "begin x", "end x", "c"]
    assert (await ledgers.status(handle)).duplicates == 2


@changes_code
async def test_an_unknown_type_among_them_is_kept_by_itself_for_a_newer_worker(
    house: LedgerHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.worker():
        handle = await house.start()
        await signal(
            handle,
            (contract.BOOKED, booked("a")),
            (contract.AUDITED_EVENT, charged("x")),
            (contract.BOOKED, booked("b")),
            (contract.AUDITED_EVENT, charged("y")),
        )
        await eventually(lambda: keeps(house, handle, 2))
    monkeypatch.setattr(switches, "knows_audits", True)
    async with house.worker():
        await signal(handle, (contract.BOOKED, booked("c")), (contract.AUDITED_EVENT, charged("z")))
        applied = await ended(handle)
    charges = [[f"begin {key}", f"end {key}"] for key in "xyz"]
    assert applied == ["a", "b", *charges[0], *charges[1], "c", *charges[2]]
    await replay(REGISTRATION, await handle.fetch_history())


@changes_code
async def test_a_worker_from_before_keeps_the_signal_and_a_newer_one_takes_it_up(
    house: LedgerHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, arguments = coalesced.signal_of([(contract.BOOKED, booked("b")), (contract.CHARGED, charged("x"))])
    with monkeypatch.context() as before:
        before.setattr(coalesced, "SIGNAL", "of no meaning yet")
        async with house.worker():
            handle = await house.start()
            await handle.signal(contract.BOOKED, booked("a"))
            await handle.signal(name, args=arguments)
            await handle.signal(contract.BOOKED, booked("c"))
            await eventually(lambda: keeps(house, handle, 1))
    async with house.worker():
        await signal(handle, (contract.BOOKED, booked("d")), (contract.CHARGED, charged("y")))
        applied = await ended(handle)
    assert applied == ["a", "c", "b", "begin x", "end x", "d", "begin y", "end y"]
    await replay(REGISTRATION, await handle.fetch_history())


@changes_code
async def test_it_takes_up_what_an_earlier_run_kept_and_keeps_what_it_does_not_know_itself(
    house: LedgerHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = coalesced.signal_of([(contract.BOOKED, booked("x")), (contract.AUDITED_EVENT, charged("y"))])
    with monkeypatch.context() as before:
        before.setattr(coalesced, "SIGNAL", "of no meaning yet")
        async with house.worker():
            handle = await house.start()
            await handle.signal(kept[0], args=kept[1])
            for number in range(60):
                await handle.signal(contract.BOOKED, booked(f"k{number}"))
            await eventually(lambda: has_applied_in_a_later_run(house, handle, 60))
    async with house.worker():
        await handle.signal(contract.BOOKED, booked("c"))
        await eventually(lambda: keeps(house, handle, 2))
    monkeypatch.setattr(switches, "knows_audits", True)
    async with house.worker():
        applied = await ended(handle)
        histories = await house.histories(handle)
    assert applied[60:] == ["x", "c", "begin y", "end y"]
    for history in histories:
        await replay(REGISTRATION, history)


async def has_applied_in_a_later_run(house: LedgerHouse, handle: Handle, count: int) -> bool:
    status = await house.status(handle)
    return status.run_epoch > 0 and status.applied == count


@pytest.mark.parametrize(
    "arguments", [[], [["ledger.Booked.v1"]], [["a", "b"], booked("x")], ["x", booked("x")]]
)
async def test_a_strangers_signal_of_that_name_is_kept_and_stops_nothing(
    ledgers: LedgerHouse, arguments: list[Any]
) -> None:
    handle = await ledgers.start()
    await handle.signal(coalesced.SIGNAL, args=arguments)
    await signal(handle, (contract.BOOKED, booked("a")), (contract.CHARGED, charged("x")))
    assert await ended(handle) == ["a", "begin x", "end x"]
    assert (await ledgers.status(handle)).unknown == 1
    await replay(REGISTRATION, await handle.fetch_history())


async def test_nor_does_one_within_another_after_one_that_is_none(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start()
    await signal(handle, (contract.BOOKED, booked("a")), (contract.CHARGED, charged("x")))
    await eventually(lambda: has_applied(ledgers, handle, 2))
    await handle.signal(coalesced.SIGNAL, args=[[coalesced.SIGNAL], booked("b")])
    await eventually(lambda: keeps(ledgers, handle, 1))
    await signal(handle, (contract.BOOKED, booked("c")), (contract.CHARGED, charged("y")))
    assert await ended(handle) == ["a", "begin x", "end x", "c", "begin y", "end y"]
    await replay(REGISTRATION, await handle.fetch_history())


async def has_applied(house: LedgerHouse, handle: Handle, count: int) -> bool:
    return (await house.status(handle)).applied == count
