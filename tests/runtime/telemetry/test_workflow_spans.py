"""Spans of what Temporal does for a process: which trace they are part of, and that a replay adds none."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from process_runtime.converter import data_converter
from process_runtime.publishers import Fact, PublishError
from process_runtime.testing import RecordedFacts, replay, serve_process
from process_runtime.testing.collector import SpanTree
from process_runtime.worker import workflow_options
from tests.runtime.facts.dispatch import dispatch_pb2 as pb
from tests.runtime.facts.dispatch.contract import CLOSED, CONTRACT, SCANNED, closed, scanned
from tests.runtime.facts.dispatch.registration import REGISTRATION
from tests.runtime.facts.dispatch.workflow import DispatchWorkflow
from tests.runtime.telemetry.tracer import OTHER, OTHER_ID, TRACE_ID, TRACEPARENT, Traced
from tests.runtime.workflow.ledger import contract as ledger
from tests.runtime.workflow.ledger import events, ledger_pb2
from tests.runtime.workflow.ledger.registration import REGISTRATION as LEDGER

pytestmark = pytest.mark.asyncio(loop_scope="session")

Handle = WorkflowHandle[Any, Any]
PUBLISH = "process_runtime.publish_fact"


@dataclass
class Depot:
    traced: Traced
    client: Client
    queue: str
    facts: RecordedFacts

    async def scanned(self, *places: str, identifier: str = "", **meta: str) -> Handle:
        """Signal-with-start a process whose handler emits one fact for each place."""
        return await self.client.start_workflow(
            DispatchWorkflow.run,
            pb.DispatchStart(tenant="acme", parcel="p-1"),
            id=identifier or f"dispatch/{uuid.uuid4()}",
            task_queue=self.queue,
            id_reuse_policy=CONTRACT.reuse_policy,
            start_signal=SCANNED,
            start_signal_args=[scanned(f"scan-{uuid.uuid4()}", *places, **meta)],
            execution_timeout=timedelta(seconds=60),
        )

    def traceparents(self) -> list[str]:
        return [fact.attributes.get("traceparent", "") for fact in self.facts.facts]


@asynccontextmanager
async def depot(
    env: WorkflowEnvironment, *, facts: RecordedFacts | None = None, cached: int = 1000
) -> AsyncIterator[Depot]:
    traced = Traced(CONTRACT)
    client = traced.client(env.client)
    facts = facts or RecordedFacts()
    async with serve_process(
        client, REGISTRATION, publisher=facts, max_cached_workflows=cached, telemetry=traced.telemetry
    ) as queue:
        yield Depot(traced, client, queue, facts)


async def ended(handle: Handle, **meta: str) -> None:
    await handle.signal(CLOSED, closed(**meta))
    await handle.result()


def below(tree: SpanTree, name: str) -> set[str]:
    return {span.name for span in tree.children(tree.named(name))}


@pytest.mark.requirement("R039", "R040")
async def test_an_event_its_handling_the_activity_and_the_fact_are_one_trace(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with depot(temporal_env) as here:
        handle = await here.scanned("Bremen", traceparent=TRACEPARENT)
        await ended(handle, traceparent=OTHER)
    tree = here.traced.trace(TRACE_ID)
    send = tree.named("send moves")
    assert tree.path(send) == [
        f"handle {SCANNED}",
        f"StartActivity:{PUBLISH}",
        f"RunActivity:{PUBLISH}",
        "send moves",
    ]
    assert [span.parent_id for span in tree.roots] == ["00f067aa0ba902b7"]
    assert here.traceparents()[0] == f"00-{TRACE_ID}-{send.span_id}-01"
    assert send.kind == "PRODUCER"
    assert send.attributes["messaging.message.id"] == here.facts.facts[0].attributes["id"]


async def test_what_run_does_after_an_event_belongs_to_that_events_trace(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with depot(temporal_env) as here:
        handle = await here.scanned(traceparent=TRACEPARENT)
        await ended(handle, traceparent=OTHER)
    assert [span.name for span in here.traced.trace(TRACE_ID).roots] == [f"handle {SCANNED}"]
    other = here.traced.trace(OTHER_ID)
    assert other.path(other.named("send arrivals"))[0] == f"handle {CLOSED}"
    assert here.traceparents()[-1].split("-")[1] == OTHER_ID


async def test_an_event_without_a_context_belongs_to_the_call_that_brought_it(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with depot(temporal_env) as here:
        handle = await here.scanned("Bremen")
        await ended(handle)
    start = next(span for span in here.traced.spans if span.name.startswith("SignalWithStartWorkflow:"))
    tree = here.traced.trace(start.trace_id)
    assert [root.name for root in tree.roots] == [start.name]
    assert below(tree, start.name) == {
        f"RunWorkflow:{CONTRACT.workflow_type}",
        f"HandleSignal:{SCANNED}",
        f"handle {SCANNED}",
        f"CompleteWorkflow:{CONTRACT.workflow_type}",
    }
    assert tree.path(tree.named("send moves"))[:2] == [start.name, f"handle {SCANNED}"]
    # The second signal is another call, and so is the fact that its event leads to.
    signal = next(span for span in here.traced.spans if span.name == f"SignalWorkflow:{CLOSED}")
    other = here.traced.trace(signal.trace_id)
    assert other.path(other.named("send arrivals"))[:2] == [signal.name, f"handle {CLOSED}"]


async def test_a_new_run_goes_on_in_the_trace_of_the_event_before_it(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with depot(temporal_env) as here:
        handle = await here.scanned(*map(str, range(12)), traceparent=TRACEPARENT)
        first_run = handle.first_execution_run_id
        await here.scanned("Bremen", identifier=handle.id, traceparent=OTHER)
        await ended(here.client.get_workflow_handle(handle.id), traceparent=OTHER)
    runs = [span for span in here.traced.spans if span.name.startswith("RunWorkflow:")]
    assert len({span.attributes["temporalRunID"] for span in runs}) > 1
    last = runs[-1]
    assert last.attributes["temporalRunID"] != first_run
    assert last.trace_id in (TRACE_ID, OTHER_ID)
    assert here.traceparents()[-1].split("-")[1] == OTHER_ID


async def test_a_worker_that_replays_every_step_makes_the_same_spans_once(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with depot(temporal_env, cached=0) as here:
        handle = await here.scanned("Bremen", "Hamburg", traceparent=TRACEPARENT)
        await ended(handle, traceparent=TRACEPARENT)
    tree = here.traced.trace(TRACE_ID)
    handled = tree.named(f"handle {SCANNED}")
    assert [span.name for span in tree.children(handled)] == [f"StartActivity:{PUBLISH}"] * 2
    assert len([span for span in tree.spans if span.name.startswith("send ")]) == 3
    assert [span.name for span in tree.roots] == [f"handle {SCANNED}", f"handle {CLOSED}"]


async def test_histories_replay_with_tracing_and_without_whichever_way_they_were_recorded(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with depot(temporal_env) as here:
        traced = await here.scanned("Bremen", traceparent=TRACEPARENT)
        await ended(traced)
    async with serve_process(temporal_env.client, REGISTRATION) as queue:
        plain = await Depot(here.traced, temporal_env.client, queue, here.facts).scanned("Bremen")
        await ended(plain)
    spans = len(here.traced.spans)
    options = workflow_options([REGISTRATION])
    interceptors: list[Any] = [*here.traced.telemetry.client_interceptors(), *options["interceptors"]]
    replayer = Replayer(
        workflows=REGISTRATION.workflows,
        workflow_runner=options["workflow_runner"],
        interceptors=interceptors,
        data_converter=data_converter(),
    )
    for handle in (traced, plain):
        history = await handle.fetch_history()
        await replayer.replay_workflow(history)
        await replay(REGISTRATION, history)
    assert len(here.traced.spans) == spans


async def test_an_update_and_what_it_leads_to_belong_to_the_call_that_sent_it(
    temporal_env: WorkflowEnvironment,
) -> None:
    traced = Traced(ledger.CONTRACT)
    client = traced.client(temporal_env.client)
    async with serve_process(client, LEDGER, telemetry=traced.telemetry) as queue:
        started = await client.start_workflow(
            ledger.CONTRACT.workflow_type,
            events.start(),
            id=f"ledger-{uuid.uuid4()}",
            task_queue=queue,
            execution_timeout=timedelta(seconds=60),
            start_signal=ledger.BOOKED,
            start_signal_args=[events.booked("b", 9)],
        )
        reply = await started.execute_update(
            ledger.TRANSFER, events.transfer("t", 4), result_type=ledger_pb2.TransferReply
        )
        assert reply.balance == 5
        await started.signal(ledger.CLOSED, events.closed())
        await started.result()
    [call] = [span for span in traced.spans if span.name == f"StartWorkflowUpdate:{ledger.TRANSFER}"]
    tree = traced.trace(call.trace_id)
    assert below(tree, call.name) == {f"HandleUpdate:{ledger.TRANSFER}", f"handle {ledger.TRANSFER}"}


class Refusing(RecordedFacts):
    """Refuses the first fact, in words that nobody may read elsewhere."""

    async def publish(self, fact: Fact) -> None:
        if not self.facts:
            await super().publish(fact)
            raise PublishError("the card 4242-4242 is unknown")
        await super().publish(fact)


async def test_a_failure_is_told_by_its_type_and_never_by_its_text(temporal_env: WorkflowEnvironment) -> None:
    async with depot(temporal_env, facts=Refusing()) as here:
        handle = await here.scanned("Bremen", traceparent=TRACEPARENT)
        await ended(handle)
    failed = [span for span in here.traced.spans if span.error is not None]
    assert [(span.name, span.error) for span in failed] == [
        ("send moves", "PublishError"),
        (f"RunActivity:{PUBLISH}", "PublishError"),
    ]
    assert {span.attributes["error.type"] for span in failed} == {"PublishError"}
    assert "4242" not in here.traced.text


async def test_a_signal_of_any_name_cannot_name_a_span(temporal_env: WorkflowEnvironment) -> None:
    async with depot(temporal_env) as here:
        handle = await here.scanned()
        await handle.signal("4242-4242", "text")
        await ended(handle)
    names = {span.name for span in here.traced.spans if span.kind != "CLIENT"}
    assert "HandleSignal:unknown" in names
    assert not any("4242" in name for name in names)
