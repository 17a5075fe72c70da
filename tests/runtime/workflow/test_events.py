"""Events reach their handlers once, one at a time, in the order they came."""

import asyncio
from datetime import UTC, datetime

import pytest
from temporalio.api.common.v1 import Payload, WorkflowExecution
from temporalio.api.update.v1 import UpdateRef
from temporalio.api.workflowservice.v1 import PollWorkflowExecutionUpdateRequest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from process_runtime.client import CommandRejected
from process_runtime.workflow import Rejected
from process_runtime.workflow.carried import CarriedState, encode_bytes
from process_runtime.workflow.dedupe import DedupeWindow
from tests.runtime.workflow.conftest import Handle, LedgerHouse, eventually
from tests.runtime.workflow.ledger import contract, ledger_pb2
from tests.runtime.workflow.ledger.client import LedgerClient
from tests.runtime.workflow.ledger.events import booked, charged, closed, transfer
from tests.runtime.workflow.ledger.workflow_impl import Ledger

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def transferred(handle: Handle, key: str, amount: int, update_id: str | None = None) -> int:
    reply = await handle.execute_update(
        contract.TRANSFER, transfer(key, amount), id=update_id, result_type=ledger_pb2.TransferReply
    )
    assert isinstance(reply, ledger_pb2.TransferReply)
    return reply.balance


async def has_arrived(house: LedgerHouse, handle: Handle, update_id: str) -> bool:
    """Whether the server has an update, be there a worker or not."""
    execution = WorkflowExecution(workflow_id=handle.id)
    request = PollWorkflowExecutionUpdateRequest(
        namespace=house.client.namespace,
        update_ref=UpdateRef(workflow_execution=execution, update_id=update_id),
    )
    try:
        await house.client.workflow_service.poll_workflow_execution_update(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True


def refusal(error: pytest.ExceptionInfo[WorkflowUpdateFailedError]) -> str | None:
    assert isinstance(error.value.cause, ApplicationError)
    return error.value.cause.type


@pytest.mark.requirement("R002", "R091", "R093")
async def test_an_event_delivered_again_is_applied_once(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start(start_signal=contract.BOOKED, start_signal_args=[booked("a", 5)])
    for _ in range(3):
        await handle.signal(contract.BOOKED, booked("a", 5))
    await handle.signal(contract.BOOKED, booked("b", 7))
    assert (await handle.query("state")).balance == 12
    status = await ledgers.status(handle)
    assert (status.applied, status.duplicates) == (2, 3)


async def test_an_event_that_repeats_while_the_first_is_in_its_handler_is_applied_once(
    ledgers: LedgerHouse,
) -> None:
    ledgers.bank.hold = asyncio.Event()
    handle = await ledgers.start(start_signal=contract.CHARGED, start_signal_args=[charged("a")])
    await ledgers.bank.entered.wait()
    await handle.signal(contract.CHARGED, charged("a"))
    await handle.signal(contract.CLOSED, closed())
    ledgers.bank.hold.set()
    assert list((await handle.result()).applied) == ["begin a", "end a"]
    assert ledgers.bank.calls == ["charge a"]


@pytest.mark.requirement("R087")
async def test_handlers_run_one_at_a_time_in_the_order_of_arrival(ledgers: LedgerHouse) -> None:
    ledgers.bank.hold = asyncio.Event()
    # Several envelopes in the signal that starts the process, and more while its first handler waits.
    first = [charged("a"), booked("b")]
    handle = await ledgers.start(start_signal=contract.CHARGED, start_signal_args=first)
    await ledgers.bank.entered.wait()
    await handle.signal(contract.CHARGED, charged("c"))
    await handle.signal(contract.BOOKED, booked("d"))
    assert (await ledgers.status(handle)).waiting == 3
    ledgers.bank.hold.set()
    await handle.signal(contract.CLOSED, closed())
    result = await handle.result()
    assert list(result.applied) == ["begin a", "end a", "b", "begin c", "end c", "d"]


async def test_what_arrived_before_the_end_is_handled_before_the_end(ledgers: LedgerHouse) -> None:
    ledgers.bank.hold = asyncio.Event()
    handle = await ledgers.start(start_signal=contract.CHARGED, start_signal_args=[charged("a")])
    await ledgers.bank.entered.wait()
    await handle.signal(contract.CLOSED, closed())
    await handle.signal(contract.CHARGED, charged("after the close"))
    ledgers.bank.hold.set()
    await handle.result()
    assert ledgers.bank.calls == ["charge a", "charge after the close"]
    assert (await handle.query("state")).balance == 2


async def test_a_fact_older_than_one_applied_is_dropped(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start()
    for key, version in [("one", 1), ("three", 3), ("two", 2), ("three again", 3), ("four", 4)]:
        await handle.signal(contract.BOOKED, booked(key, version=version))
    await handle.signal(contract.BOOKED, booked("without a version"))
    await handle.signal(contract.CLOSED, closed())
    assert list((await handle.result()).applied) == ["one", "three", "four", "without a version"]
    status = await ledgers.status(handle)
    assert (status.stale, status.duplicates) == (2, 0)


async def test_an_event_of_unknown_type_is_kept_and_counted_and_the_process_goes_on(
    ledgers: LedgerHouse,
) -> None:
    handle = await ledgers.start()
    await handle.signal("ledger.Audited.v2", booked("a"))
    await handle.signal("ledger.Audited.v2", args=["not even a message", 7])
    await handle.signal(contract.BOOKED, ledger_pb2.LedgerEvent(meta={"idempotency_key": "no payload"}))
    await handle.signal(contract.BOOKED, booked("b"))
    await handle.signal(contract.CLOSED, closed())
    assert list((await handle.result()).applied) == ["b"]
    assert (await ledgers.status(handle)).unknown == 3


async def test_an_event_that_cannot_be_read_is_kept_and_counted_and_the_process_goes_on(
    ledgers: LedgerHouse,
) -> None:
    unreadable = booked("a")
    unreadable.meta.schema_version = 2
    handle = await ledgers.start()
    await handle.signal(contract.BOOKED, unreadable)
    await handle.signal(contract.BOOKED, args=["not a message", 7, None])
    await handle.signal(contract.BOOKED, ledger_pb2.Closed())
    update = transfer("t", 1)
    update.meta.schema_version = 2
    with pytest.raises(WorkflowUpdateFailedError) as error:
        await handle.execute_update(contract.TRANSFER, update)
    assert refusal(error) == "UnknownEvent"
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    await handle.signal(contract.CLOSED, closed())
    assert (await handle.result()).balance == 60
    status = await ledgers.status(handle)
    assert status.unknown == 5
    assert status.run_epoch >= 1


async def test_a_field_of_a_newer_producer_does_not_lose_the_event(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start()
    newer = Payload(
        metadata={"encoding": b"json/protobuf", "messageType": booked("a").DESCRIPTOR.full_name.encode()},
        data=b'{"meta":{"idempotencyKey":"a","tenant":"new"},"booked":{"amount":"5","currency":"EUR"}}',
    )
    await handle.signal(contract.BOOKED, RawValue(newer))
    await handle.signal(contract.CLOSED, closed())
    assert (await handle.result()).balance == 5


async def test_events_without_an_idempotency_key_are_all_applied(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start()
    for _ in range(2):
        await handle.signal(contract.BOOKED, booked(""))
    await handle.signal(contract.CLOSED, closed())
    assert (await handle.result()).balance == 2


class TestUpdates:
    async def test_an_update_waits_for_its_turn_and_replies(self, ledgers: LedgerHouse) -> None:
        ledgers.bank.hold = asyncio.Event()
        handle = await ledgers.start(start_signal=contract.CHARGED, start_signal_args=[charged("a", 9)])
        await ledgers.bank.entered.wait()
        reply = asyncio.create_task(transferred(handle, "t", 4))
        await handle.signal(contract.BOOKED, booked("b"))
        ledgers.bank.hold.set()
        assert await reply in (5, 6)  # Before or after the booking, but after the charge.

    async def test_a_repeated_update_gives_the_first_reply(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start(start_signal=contract.BOOKED, start_signal_args=[booked("b", 9)])
        # Other Update IDs: the server does not know that these are the same.
        replies = [await transferred(handle, "t", 4, f"attempt {n}") for n in range(3)]
        assert replies == [5, 5, 5]
        assert (await ledgers.status(handle)).duplicates == 2

    async def test_a_refused_update_tells_its_caller_alone_and_may_come_again(
        self, ledgers: LedgerHouse
    ) -> None:
        handle = await ledgers.start()
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await transferred(handle, "t", 4)
        assert refusal(error) == "Overdrawn"
        await handle.signal(contract.BOOKED, booked("b", 9))
        assert await transferred(handle, "t", 4, "once more") == 5
        status = await ledgers.status(handle)
        assert (status.applied, status.duplicates) == (2, 0)

    async def test_a_validator_refuses_before_anything_is_recorded(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start()
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await transferred(handle, "t", 0)
        assert refusal(error) == "Invalid"
        events = (await handle.fetch_history()).events
        assert not [e for e in events if e.HasField("workflow_execution_update_accepted_event_attributes")]

    @pytest.mark.parametrize(("booked_before", "outcome"), [(9, 5), (3, "Overdrawn")])
    async def test_a_validator_sees_what_earlier_events_did(
        self, house: LedgerHouse, booked_before: int, outcome: int | str
    ) -> None:
        handle = await house.start(
            "checks-first", start_signal=contract.BOOKED, start_signal_args=[booked("a", 0)]
        )
        await handle.signal(contract.BOOKED, booked("b", booked_before))
        # Nobody works yet: one workflow task will bring the bookings and the update together.
        reply = asyncio.create_task(transferred(handle, "t", 4, "first"))
        await eventually(lambda: has_arrived(house, handle, "first"))
        async with house.worker():
            if isinstance(outcome, int):
                assert await reply == outcome
            else:
                with pytest.raises(WorkflowUpdateFailedError) as error:
                    await reply
                assert refusal(error) == outcome
                await handle.signal(contract.BOOKED, booked("c", 9))
                assert await transferred(handle, "t", 4, "once more") == 8

    async def test_the_sender_can_tell_why_a_command_was_rejected(self, ledgers: LedgerHouse) -> None:
        client = LedgerClient(ledgers.client, ledgers.task_queue)
        with pytest.raises(CommandRejected) as by_handler:
            await client.transfer("t", 4)
        assert (by_handler.value.type, by_handler.value.message) == ("Overdrawn", "not enough money")
        assert list(by_handler.value.details) == [ledger_pb2.TransferReply(), {"short": 4}]
        with pytest.raises(CommandRejected) as by_validator:
            await client.transfer("u", 0)
        assert (by_validator.value.type, by_validator.value.message) == (
            "Invalid",
            "a transfer is above zero",
        )
        await client.send(booked("b", 9))
        # Under an ID that Temporal would not take.
        assert [await client.transfer("k" * 2_000, 4) for _ in range(2)] == [5, 5]

    async def test_a_command_that_nobody_waits_for_is_rejected_without_failing_the_process(
        self, ledgers: LedgerHouse
    ) -> None:
        handle = await ledgers.start(start_signal=contract.BOOKED, start_signal_args=[booked("a", 2_000_000)])
        await handle.signal(contract.BOOKED, booked("b", 2))
        await handle.signal(contract.CLOSED, closed())
        assert (await handle.result()).balance == 2

    @pytest.mark.parametrize("kind", ["", "ContinuedAsNew"])
    async def test_a_rejection_has_a_type_of_its_own(self, kind: str) -> None:
        with pytest.raises(ValueError, match="name the reason"):
            Rejected(kind)

    async def test_one_whose_reply_is_gone_says_so(self, ledgers: LedgerHouse) -> None:
        # As a later run remembers it: the key, and no reply.
        window = DedupeWindow(Ledger.dedupe_limits)
        window.add("t", datetime.now(UTC))
        handle = await ledgers.continue_from(
            CarriedState(run_epoch=1, seq=0, seen=encode_bytes(window.to_bytes()))
        )
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await transferred(handle, "t", 4)
        assert refusal(error) == "AlreadyApplied"
        assert (await ledgers.status(handle)).applied == 0

    async def test_a_stale_one_is_refused(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start(
            start_signal=contract.BOOKED, start_signal_args=[booked("b", 9, version=7)]
        )
        command = transfer("t", 4)
        command.meta.aggregate_version = 7
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await handle.execute_update(contract.TRANSFER, command)
        assert refusal(error) == "StaleEvent"
        command.meta.aggregate_version = 8
        reply = await handle.execute_update(contract.TRANSFER, command)
        assert reply == ledger_pb2.TransferReply(balance=5)

    async def test_an_update_of_unknown_type_is_refused(self, ledgers: LedgerHouse) -> None:
        handle = await ledgers.start()
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await handle.execute_update(contract.TRANSFER, ledger_pb2.LedgerEvent())
        assert refusal(error) == "UnknownEvent"
