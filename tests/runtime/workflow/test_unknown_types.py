"""An event of a type that the worker does not know yet waits for one that does."""

from __future__ import annotations

import pytest

from process_runtime.testing import replay
from tests.runtime.workflow.conftest import Handle, LedgerHouse, eventually
from tests.runtime.workflow.ledger import contract, switches
from tests.runtime.workflow.ledger.events import booked, charged, closed
from tests.runtime.workflow.ledger.registration import REGISTRATION

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.changes_code("a newer worker takes over"),
]


async def keeps(house: LedgerHouse, handle: Handle, count: int) -> bool:
    return (await house.status(handle)).unknown == count


async def is_in_run(house: LedgerHouse, handle: Handle, epoch: int) -> bool:
    return (await house.status(handle)).run_epoch >= epoch


async def ended(handle: Handle) -> list[str]:
    await handle.signal(contract.CLOSED, closed())
    return list((await handle.result()).applied)


async def test_a_worker_that_knows_the_type_takes_the_execution_over(
    house: LedgerHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.worker():
        handle = await house.start()
        await handle.signal(contract.BOOKED, booked("a"))
        for key in ("x", "y"):
            await handle.signal(contract.AUDITED_EVENT, charged(key))
        await handle.signal(contract.BOOKED, booked("b"))
        await eventually(lambda: keeps(house, handle, 2))
    monkeypatch.setattr(switches, "knows_audits", True)
    async with house.worker():
        # Nothing has happened since: it is as the last worker left it.
        assert list((await handle.query("state")).applied) == ["a", "b"]
        await handle.signal(contract.BOOKED, booked("c"))
        await handle.signal(contract.AUDITED_EVENT, charged("z"))
        applied = await ended(handle)
    charges = [[f"begin {key}", f"end {key}"] for key in "xyz"]
    assert applied == ["a", "b", *charges[0], *charges[1], "c", *charges[2]]
    assert house.bank.calls == ["charge x", "charge y", "charge z"]
    await replay(REGISTRATION, await handle.fetch_history())


async def test_it_takes_up_what_an_earlier_run_kept_too(
    house: LedgerHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.worker():
        handle = await house.start()
        await handle.signal(contract.AUDITED_EVENT, charged("x"))
        for number in range(60):
            await handle.signal(contract.BOOKED, booked(f"k{number}"))
        await eventually(lambda: is_in_run(house, handle, 1))
        await handle.signal(contract.AUDITED_EVENT, charged("y"))
        await eventually(lambda: keeps(house, handle, 2))
    monkeypatch.setattr(switches, "knows_audits", True)
    async with house.worker():
        await handle.signal(contract.BOOKED, booked("c"))
        applied = await ended(handle)
        histories = await house.histories(handle)
    assert applied[60:] == ["begin x", "end x", "begin y", "end y", "c"]
    for history in histories:
        await replay(REGISTRATION, history)
