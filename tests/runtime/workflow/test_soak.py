"""A long life in short: one account, many events and runs. `make bench ONLY=soak` has the long one."""

import asyncio
import json
from collections.abc import Iterable
from functools import partial

import pytest

from tests.runtime.workflow.conftest import Handle, LedgerHouse, eventually
from tests.runtime.workflow.ledger import contract
from tests.runtime.workflow.ledger.events import booked, closed
from tests.runtime.workflow.ledger.workflow_impl import Ledger

_EVENTS = 600
_BATCH = 40
"""Signals on their way at a time. Well under the dedupe window of the course: a repetition is never later."""
_CARRIED_BYTES = 10_000
"""The dedupe window of 200 keys is the most of it: under 4 KB."""

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def deliver(handle: Handle, numbers: Iterable[int]) -> None:
    """Send the events of `numbers` at once, each tenth twice."""
    async with asyncio.TaskGroup() as senders:
        for number in numbers:
            for _ in range(2 if number % 10 == 0 else 1):
                senders.create_task(handle.signal(contract.BOOKED, booked(f"k{number}", number)))


@pytest.mark.requirement("R018")
async def test_an_entity_of_many_events_applies_each_once_and_does_not_grow(
    ledgers: LedgerHouse,
) -> None:
    handle = await ledgers.start("sums")
    repeated = _EVENTS // 10

    async def are_dealt_with(numbers: int) -> bool:
        status = await ledgers.status(handle)
        return status.applied + status.duplicates == numbers + numbers // 10

    for first in range(1, _EVENTS + 1, _BATCH):
        last = first + _BATCH - 1
        await deliver(handle, range(first, last + 1))
        await eventually(partial(are_dealt_with, last))
    await handle.signal(contract.CLOSED, closed())
    assert (await handle.result()).balance == sum(range(1, _EVENTS + 1))
    status = await ledgers.status(handle)
    assert (status.applied, status.duplicates) == (_EVENTS + 1, repeated)
    histories = await ledgers.histories(handle)
    assert len(histories) == status.run_epoch + 1
    limit = Ledger.history_limit or 0
    # What was on its way while a run handed over is in the next one's history.
    assert max(len(history.events) for history in histories) < 4 * (limit + _BATCH)
    for history in histories[1:]:
        carried = json.loads(
            history.events[0].workflow_execution_started_event_attributes.input.payloads[1].data
        )
        # What was on its way waits in the inbox; whatever else a run hands on is small.
        assert len(carried.pop("inbox")) <= _BATCH + _BATCH // 10
        assert len(json.dumps(carried)) < _CARRIED_BYTES
