"""Updates that meet the hand-over from run to run are applied once, and each caller has its reply."""

import asyncio
from collections import Counter

import pytest
from temporalio.client import WorkflowUpdateFailedError

from process_runtime.updates import UpdateFailure
from tests.runtime.workflow.conftest import LedgerHouse, eventually
from tests.runtime.workflow.ledger import contract, ledger_pb2
from tests.runtime.workflow.ledger.client import LedgerClient
from tests.runtime.workflow.ledger.events import booked, charged, closed, transfer
from tests.runtime.workflow.test_hand_over import carried_into

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def hold_up(client: LedgerClient, ledgers: LedgerHouse) -> None:
    """Make the hand-over due while so many events wait that it takes place among them."""
    await client.send(booked("money", 100))
    ledgers.bank.hold = asyncio.Event()
    await client.send(charged("held"))
    await ledgers.bank.entered.wait()
    for number in range(40):
        await client.send(booked(f"k{number}", 0))


async def waiting(ledgers: LedgerHouse, client: LedgerClient, count: int) -> bool:
    return (await ledgers.status(client.handle)).waiting == count


async def test_updates_that_wait_are_handled_by_the_next_run_and_answered(ledgers: LedgerHouse) -> None:
    client = LedgerClient(ledgers.client, ledgers.task_queue)
    await hold_up(client, ledgers)
    keys = [f"t{number}" for number in range(7)]
    replies = asyncio.gather(*(client.transfer(key) for key in keys))
    await eventually(lambda: waiting(ledgers, client, 47))
    assert ledgers.bank.hold is not None
    ledgers.bank.hold.set()
    assert sorted(await replies) == list(range(94, 101))
    await client.send(closed())
    result = await client.handle.result()
    assert Counter(entry for entry in result.applied if entry.startswith("t")) == Counter(keys)
    _, second, *_ = await ledgers.histories(client.handle)
    assert len(carried_into(second).inbox_updates) == 7


async def test_a_caller_without_the_generated_client_is_told_to_ask_again(ledgers: LedgerHouse) -> None:
    client = LedgerClient(ledgers.client, ledgers.task_queue)
    await hold_up(client, ledgers)
    command = transfer("t", 1)

    async def ask() -> ledger_pb2.TransferReply:
        reply: ledger_pb2.TransferReply = await client.handle.execute_update(
            contract.TRANSFER, command, id="t", result_type=ledger_pb2.TransferReply
        )
        return reply

    first = asyncio.create_task(ask())
    await eventually(lambda: waiting(ledgers, client, 41))
    assert ledgers.bank.hold is not None
    ledgers.bank.hold.set()
    with pytest.raises(WorkflowUpdateFailedError) as error:
        await first
    assert getattr(error.value.cause, "type", None) == UpdateFailure.CONTINUED_AS_NEW
    assert (await ask()).balance == 100
    status = await ledgers.status(client.handle)
    assert (status.applied, status.duplicates) == (43, 1)


async def test_an_update_that_was_carried_may_still_be_refused(ledgers: LedgerHouse) -> None:
    client = LedgerClient(ledgers.client, ledgers.task_queue)
    await hold_up(client, ledgers)
    refused = asyncio.create_task(client.transfer("t", 1_000))
    await eventually(lambda: waiting(ledgers, client, 41))
    assert ledgers.bank.hold is not None
    ledgers.bank.hold.set()
    with pytest.raises(WorkflowUpdateFailedError) as error:
        await refused
    assert getattr(error.value.cause, "type", None) == "Overdrawn"
    # It has not failed the process, as the refusal of a signal's event would.
    assert await client.transfer("u", 1) == 100


@pytest.mark.requirement("R018", "R042")
async def test_updates_sent_during_hand_overs_are_applied_once_and_answered(ledgers: LedgerHouse) -> None:
    client = LedgerClient(ledgers.client, ledgers.task_queue)
    await client.send(booked("money", 1_000))

    async def caller(name: int) -> list[tuple[int, int]]:
        answers = []
        for number in range(15):
            # As a proxy would that gave up too early: twice at once.
            key = f"t{name}-{number}"
            first, second = await asyncio.gather(client.transfer(key), client.transfer(key))
            answers.append((first, second))
        return answers

    answers = [pair for pairs in await asyncio.gather(*map(caller, range(5))) for pair in pairs]
    assert sorted(first for first, _ in answers) == list(range(925, 1_000))
    assert all(first == second for first, second in answers)
    status = await ledgers.status(client.handle)
    assert status.applied == 76
    assert status.run_epoch >= 1
