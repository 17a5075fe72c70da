"""Spans of the ingress: events that share a call, whose trace an event stays in, and what is told of none."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from google.protobuf import json_format
from temporalio.testing import WorkflowEnvironment

from process_runtime.contract import KeyField
from process_runtime.ingress.deliver import Deliverer
from process_runtime.ingress.events import RawMessage, RoutedEvent
from process_runtime.ingress.prepare import prepare
from process_runtime.metrics import Metrics
from process_runtime.telemetry import conventions
from process_runtime.testing import RecordedFacts, serve_process
from tests.runtime.facts.dispatch import dispatch_pb2 as pb
from tests.runtime.facts.dispatch.contract import CLOSED, CONTRACT, SCANNED, closed, scanned
from tests.runtime.facts.dispatch.registration import REGISTRATION
from tests.runtime.facts.dispatch.router import DispatchRouter
from tests.runtime.telemetry.tracer import OTHER, OTHER_ID, TRACE_ID, TRACEPARENT, Traced

CALL = f"SignalWithStartWorkflow:{CONTRACT.workflow_type}"


class WithoutTraceFields(DispatchRouter):
    traceparent_field = ""
    tracestate_field = ""


class WithSecretCorrelation(DispatchRouter):
    sensitive_fields = ("meta.correlation_id",)


@dataclass
class Line:
    """What an ingress does with events, as far as delivery."""

    traced: Traced
    deliverer: Deliverer
    facts: RecordedFacts
    queue: str

    def event(
        self, envelope: pb.DispatchEvent, router: DispatchRouter | None = None, **headers: str
    ) -> RoutedEvent:
        message = RawMessage(
            subscription="scans",
            adapter="kafka",
            position="scans/0@1",
            body=json_format.MessageToJson(envelope).encode(),
            content_type="application/json",
            headers=headers,
            attributes={"messaging.destination.name": "scans-of-4242"},
        )
        span = self.traced.telemetry.event(message)
        return prepare(message, [router or DispatchRouter()], span, max_bytes=100_000)

    async def deliver(self, *events: RoutedEvent) -> None:
        results = await self.deliverer.deliver_together(events)
        for event, result in zip(events, results, strict=True):
            event.span.ended(result)

    async def ended(self, env: WorkflowEnvironment, parcel: str) -> None:
        await env.client.get_workflow_handle(f"dispatch/acme/{parcel}").result()

    def sent_in(self) -> list[str]:
        """Trace of each fact, in their order."""
        return [fact.attributes["traceparent"].split("-")[1] for fact in self.facts.facts]


@asynccontextmanager
async def line(env: WorkflowEnvironment, traced: Traced | None = None) -> AsyncIterator[Line]:
    traced = traced or Traced(CONTRACT)
    client, facts = traced.client(env.client), RecordedFacts()
    async with serve_process(client, REGISTRATION, publisher=facts, telemetry=traced.telemetry) as queue:
        deliverer = Deliverer(
            lambda: client,
            task_queue=queue,
            timeout=timedelta(seconds=60),
            metrics=Metrics(),
            telemetry=traced.telemetry,
        )
        yield Line(traced, deliverer, facts, queue)


def two_events(parcel: str, *traceparents: str) -> Sequence[pb.DispatchEvent]:
    """The first emits a fact; so does the second, which ends the process."""
    first, second = traceparents or ("", "")
    return (
        scanned(f"scan-{parcel}", "Bremen", parcel=parcel, traceparent=first),
        closed(f"close-{parcel}", parcel=parcel, traceparent=second),
    )


@pytest.mark.asyncio(loop_scope="session")
async def test_events_that_share_a_call_are_handled_each_in_its_own_trace(
    temporal_env: WorkflowEnvironment,
) -> None:
    parcel = f"p-{uuid.uuid4()}"
    async with line(temporal_env) as here:
        await here.deliver(*map(here.event, two_events(parcel, TRACEPARENT, OTHER)))
        await here.ended(temporal_env, parcel)
    first, second = here.traced.trace(TRACE_ID), here.traced.trace(OTHER_ID)
    call = first.named(CALL)
    other = second.named("process scans")
    assert call.links == [f"{OTHER_ID}/{other.span_id}"]
    assert call.attributes["messaging.batch.message_count"] == 2
    assert first.path(first.named("send moves"))[:3] == ["process scans", CALL, f"handle {SCANNED}"]
    assert second.path(second.named("send arrivals"))[:2] == ["process scans", f"handle {CLOSED}"]
    assert here.sent_in() == [TRACE_ID, OTHER_ID]


@pytest.mark.asyncio(loop_scope="session")
async def test_without_fields_for_it_events_that_share_a_call_are_handled_in_the_trace_of_the_first(
    temporal_env: WorkflowEnvironment,
) -> None:
    parcel = f"p-{uuid.uuid4()}"
    async with line(temporal_env) as here:
        events = [
            here.event(envelope, WithoutTraceFields(), traceparent=traceparent)
            for envelope, traceparent in zip(two_events(parcel), (TRACEPARENT, OTHER), strict=True)
        ]
        await here.deliver(*events)
        await here.ended(temporal_env, parcel)
    tree = here.traced.trace(TRACE_ID)
    assert tree.path(tree.named("send arrivals"))[:3] == ["process scans", CALL, f"handle {CLOSED}"]
    assert [span.name for span in here.traced.trace(OTHER_ID).spans] == ["process scans"]


def test_the_span_of_an_event_says_what_it_is_and_its_envelope_carries_the_span_on() -> None:
    traced = Traced(CONTRACT)
    here = Line(traced, None, RecordedFacts(), "")  # type: ignore[arg-type]
    envelope = scanned("scan-1", "Bremen", traceparent=TRACEPARENT, correlation_id="order-9")
    event = here.event(envelope, traceparent=OTHER)
    with traced.telemetry.calling([event]):
        pass
    event.span.ended(None)
    [span] = traced.spans
    assert (span.trace_id, span.parent_id) == (TRACE_ID, TRACEPARENT.split("-")[2])
    assert span.links == [f"{OTHER_ID}/{OTHER.split('-')[2]}"]
    assert span.error == "broken off"
    assert span.attributes == {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "scans-of-4242",
        "messaging.message.body.size": span.attributes["messaging.message.body.size"],
        "messaging.message.id": "scan-1",
        "messaging.message.conversation_id": "order-9",
        "durable_process.name": "dispatch",
        "durable_process.event_type": SCANNED,
        "durable_process.subscription": "scans",
        "durable_process.position": "scans/0@1",
    }
    assert isinstance(event.envelope, pb.DispatchEvent)
    assert event.envelope.meta.traceparent == f"00-{TRACE_ID}-{span.span_id}-01"
    assert event.meta.traceparent == event.envelope.meta.traceparent


@pytest.mark.asyncio(loop_scope="session")
async def test_what_is_sensitive_is_in_no_span(temporal_env: WorkflowEnvironment) -> None:
    secret = KeyField(name="parcel", path=("meta", "parcel"), sensitive=True)
    parcel = f"p-4242-{uuid.uuid4()}"
    async with line(temporal_env, Traced(replace(CONTRACT, key_fields=(secret,)))) as here:
        events = [
            here.event(
                scanned(f"scan-{uuid.uuid4()}", "Bremen-4242", parcel=parcel, correlation_id="order-4242"),
                WithSecretCorrelation(),
            ),
            here.event(closed(f"close-{uuid.uuid4()}", parcel=parcel)),
        ]
        await here.deliver(*events)
        await here.ended(temporal_env, parcel)
    assert len(here.traced.spans) > 8
    assert "4242" not in here.traced.text
    ids = {span.attributes.get("temporalWorkflowID", "sha256:") for span in here.traced.spans}
    assert all(str(identifier).startswith("sha256:") for identifier in ids)


def test_attributes_of_the_conventions_are_named_as_they_are_there() -> None:
    from opentelemetry.semconv._incubating.attributes import (  # noqa: PLC0415
        cloudevents_attributes,
        messaging_attributes,
    )
    from opentelemetry.semconv.attributes import (  # noqa: PLC0415
        error_attributes,
        exception_attributes,
        http_attributes,
    )

    modules = (
        cloudevents_attributes,
        messaging_attributes,
        error_attributes,
        exception_attributes,
        http_attributes,
    )
    known = {value for module in modules for value in vars(module).values() if isinstance(value, str)}
    ours = {value for name, value in vars(conventions).items() if name.isupper()}
    others = {name for name in ours if not name.startswith(("durable_process.", "temporal"))}
    assert others <= known, json.dumps(sorted(others - known))
