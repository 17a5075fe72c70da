"""What a stranger sends, and what comes too late, is kept, counted and never wedges or fails the process."""

import asyncio
import logging

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, CancelledError

from process_runtime.workflow.carried import decode_bytes
from tests.runtime.workflow.conftest import Handle, LedgerHouse, eventually
from tests.runtime.workflow.ledger import contract, ledger_pb2
from tests.runtime.workflow.ledger.events import booked, charged, closed, transfer
from tests.runtime.workflow.test_hand_over import carried_into

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENVELOPE = ledger_pb2.LedgerEvent.DESCRIPTOR.full_name.encode()
SECRET = "4111-1111"
GARBAGE = [
    Payload(
        metadata={"encoding": b"json/protobuf", "messageType": ENVELOPE},
        data=b'{"booked":{"amount":"%s"}}' % SECRET.encode(),
    ),
    Payload(metadata={"encoding": b"json/protobuf", "messageType": b"no.such.Type"}, data=b"{}"),
    Payload(metadata={"encoding": b"binary/protobuf", "messageType": ENVELOPE}, data=b"\xff\xff"),
    Payload(metadata={"encoding": b"json/plain"}, data=b"{not json"),
    Payload(metadata={"encoding": b"of another planet"}, data=b"?"),
    Payload(data=b"without metadata"),
]


async def has(ledgers: LedgerHouse, handle: Handle, **counts: int) -> bool:
    status = await ledgers.status(handle)
    return all(getattr(status, name) >= count for name, count in counts.items())


async def ended(handle: Handle) -> ledger_pb2.LedgerResult:
    await handle.signal(contract.CLOSED, closed())
    return await handle.result()


async def test_what_nobody_can_decode_is_kept_across_runs_and_not_quoted(
    ledgers: LedgerHouse, caplog: pytest.LogCaptureFixture
) -> None:
    # The first comes before the process is made, the others to a running one, good ones among them.
    handle = await ledgers.start(start_signal=contract.BOOKED, start_signal_args=[RawValue(GARBAGE[0])])
    for payload in GARBAGE[1:]:
        await handle.signal(contract.BOOKED, args=[booked(payload.data.hex()), RawValue(payload)])
    await handle.signal(contract.BOOKED, args=[])
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    await eventually(lambda: has(ledgers, handle, run_epoch=1))
    assert (await ended(handle)).balance == 60 + len(GARBAGE) - 1
    assert (await ledgers.status(handle)).unknown == len(GARBAGE) + 1
    assert SECRET not in caplog.text
    assert SECRET not in "".join(str(record.exc_info) for record in caplog.records)


async def test_unknown_events_are_bounded_in_bytes_so_that_a_run_can_be_continued(
    ledgers: LedgerHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="temporalio.worker")
    handle = await ledgers.start()
    large = RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b'"%s"' % (b"x" * 400_000)))
    for _ in range(6):
        await handle.signal("ledger.Audited.v2", large)
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    assert (await ended(handle)).balance == 60
    status = await ledgers.status(handle)
    assert status.unknown == 6
    assert status.run_epoch >= 1


async def test_unknown_events_are_bounded_in_number_and_the_newest_stay(
    ledgers: LedgerHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="temporalio.workflow")
    handle = await ledgers.start()
    numbered = [Payload(metadata={"encoding": b"json/plain"}, data=b"%d" % number) for number in range(1_100)]
    await handle.signal(contract.BOOKED, args=[RawValue(payload) for payload in numbered])
    for number in range(60):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    assert (await ended(handle)).balance == 60
    assert (await ledgers.status(handle)).unknown == 1_100
    _, second, *_ = await ledgers.histories(handle)
    kept = [Payload.FromString(decode_bytes(each["payloads"][0])) for each in carried_into(second).unknown]  # type: ignore[index]
    assert kept == numbered[100:]


async def test_a_state_too_large_to_be_carried_does_not_fail_the_process(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start()
    for number in range(20):
        await handle.signal(contract.BOOKED, booked(f"{number}-{'x' * 100_000}"))
    for number in range(50):
        await handle.signal(contract.BOOKED, booked(f"k{number}"))
    await eventually(lambda: has(ledgers, handle, applied=70))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await handle.terminate()


async def test_an_update_while_compensations_run_is_refused_and_does_not_keep_the_process_from_ending(
    ledgers: LedgerHouse,
) -> None:
    handle = await ledgers.start("fails-when-closed")
    await handle.signal(contract.CHARGED, charged("a"))
    await eventually(lambda: _has_charged(handle))
    ledgers.bank.hold = asyncio.Event()
    await handle.signal(contract.CLOSED, closed())
    await eventually(lambda: _called(ledgers, "refund a"))
    with pytest.raises(WorkflowUpdateFailedError) as error:
        await handle.execute_update(contract.TRANSFER, transfer("t", 1))
    assert isinstance(error.value.cause, ApplicationError)
    assert error.value.cause.type == "ProcessEnded"
    await handle.signal(contract.BOOKED, booked("too late"))
    ledgers.bank.hold.set()
    with pytest.raises(WorkflowFailureError):
        await handle.result()
    assert (await ledgers.status(handle)).waiting == 1


async def test_a_cancellation_while_people_compensate_is_not_swallowed(ledgers: LedgerHouse) -> None:
    handle = await ledgers.start("undoes")
    await handle.signal(contract.CHARGED, charged("a"))
    await eventually(lambda: _has_charged(handle))
    ledgers.bank.hold = asyncio.Event()
    await handle.signal(contract.CLOSED, closed())
    await eventually(lambda: _called(ledgers, "refund a"))
    await handle.cancel()
    ledgers.bank.hold.set()
    with pytest.raises(WorkflowFailureError) as error:
        await handle.result()
    assert isinstance(error.value.cause, CancelledError)
    assert ledgers.bank.calls == ["charge a", "refund a"]


async def _has_charged(handle: Handle) -> bool:
    return bool((await handle.query("state")).balance)


async def _called(ledgers: LedgerHouse, call: str) -> bool:
    return call in ledgers.bank.calls
