"""Processes that are started where their worker is: with their first events, and without a task queue."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle

from process_runtime.ingress.eager import EagerStarts
from process_runtime.ingress.events import RawMessage, RoutedEvent
from process_runtime.ingress.prepare import prepare
from process_runtime.telemetry import EventSpan
from tests.runtime.workflow.conftest import LedgerHouse
from tests.runtime.workflow.ledger import ledger_pb2
from tests.runtime.workflow.ledger.contract import CONTRACT
from tests.runtime.workflow.ledger.events import booked, charged, closed
from tests.runtime.workflow.ledger.router import LedgerRouter
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow

pytestmark = pytest.mark.asyncio(loop_scope="session")


def routed(account: str, *events: ledger_pb2.LedgerEvent) -> list[RoutedEvent]:
    found = []
    for event in events:
        event.meta.account_id = account
        message = RawMessage(
            subscription="test",
            adapter="test",
            position="0",
            body=event.SerializeToString(),
            content_type="application/protobuf",
        )
        found.append(prepare(message, [LedgerRouter()], EventSpan(), max_bytes=1_000_000))
    return found


async def start(
    starts: EagerStarts, house: LedgerHouse, client: Client, events: Sequence[RoutedEvent]
) -> bool:
    arguments = CONTRACT.start_arguments(events[0].workflow_id, house.task_queue)
    # What would wait for ever after a lost event fails instead.
    arguments["execution_timeout"] = timedelta(seconds=90)
    return await starts.start(client, events, arguments)


def handle_of(
    house: LedgerHouse, events: Sequence[RoutedEvent]
) -> WorkflowHandle[Any, ledger_pb2.LedgerResult]:
    return house.client.get_workflow_handle_for(LedgerWorkflow.run, events[0].workflow_id)


class Counting(Interceptor, OutboundInterceptor):
    """Counts the starts that a client asks for."""

    def __init__(self) -> None:
        self.starts = 0

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name
        OutboundInterceptor.__init__(self, next)
        return self

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002
        self.starts += 1
        return await super().start_workflow(input)


async def test_the_first_events_come_with_the_start_and_are_applied_once_in_order(
    ledgers: LedgerHouse,
) -> None:
    events = routed(f"a-{uuid.uuid4()}", booked("a", 5), booked("a", 5), charged("b", 2), closed())
    assert await start(EagerStarts(), ledgers, ledgers.client, events)
    handle = handle_of(ledgers, events)
    assert list((await handle.result()).applied) == ["a", "begin b", "end b"]
    history = await handle.fetch_history()
    started = history.events[0].workflow_execution_started_event_attributes
    assert started.eager_execution_accepted
    assert not any(event.HasField("workflow_execution_signaled_event_attributes") for event in history.events)


async def test_a_process_that_runs_gets_none_of_them(ledgers: LedgerHouse) -> None:
    account = f"a-{uuid.uuid4()}"
    first, later = routed(account, booked("a", 5)), routed(account, booked("b", 5), closed())
    starts = EagerStarts()
    assert await start(starts, ledgers, ledgers.client, first)
    assert not await start(starts, ledgers, ledgers.client, later)
    assert not await start(EagerStarts(), ledgers, ledgers.client, later)
    handle = handle_of(ledgers, first)
    await handle.signal("ledger.Closed.v1", later[1].envelope)
    assert list((await handle.result()).applied) == ["a"]


async def test_where_most_processes_run_already_few_starts_are_tried(house: LedgerHouse) -> None:
    events = [routed(f"a-{uuid.uuid4()}", closed()) for _ in range(40)]
    for each in events:
        assert await start(EagerStarts(), house, house.client, each)
    counting = Counting()
    config = house.client.config()
    config["interceptors"] = [*config["interceptors"], counting]
    client, starts = Client(**config), EagerStarts()
    for each in events:
        assert not await start(starts, house, client, each)
    assert counting.starts < len(events) // 2
    # Not one, so that it is noticed when processes are new again.
    for each in [routed(f"a-{uuid.uuid4()}", closed()) for _ in range(400)]:
        if await start(starts, house, client, each):
            break
    else:
        pytest.fail("no start was tried any more")
    for each in events:
        await handle_of(house, each).terminate()
