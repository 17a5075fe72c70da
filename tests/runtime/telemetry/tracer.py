"""Tracing into the memory of the test's own process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio.client import Client

from process_runtime.contract import ProcessContract
from process_runtime.telemetry.ids import SpanIds
from process_runtime.telemetry.otel import OpenTelemetry
from process_runtime.testing.collector import CollectedSpan, SpanTree

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE_ID}-00f067aa0ba902b7-01"
OTHER_ID = "0af7651916cd43dd8448eb211c80319c"
OTHER = f"00-{OTHER_ID}-b7ad6b7169203331-01"


class Traced:
    """Telemetry, and the spans it has made so far."""

    def __init__(self, *contracts: ProcessContract) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(id_generator=SpanIds(), shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.telemetry = OpenTelemetry(provider, contracts)

    def client(self, client: Client) -> Client:
        """`client`, traced."""
        config = client.config()
        config["interceptors"] = [*config["interceptors"], *self.telemetry.client_interceptors()]
        return Client(**config)

    @property
    def spans(self) -> list[CollectedSpan]:
        return [_collected(span) for span in self._exporter.get_finished_spans()]

    def trace(self, trace_id: str) -> SpanTree:
        return SpanTree(span for span in self.spans if span.trace_id == trace_id)

    @property
    def text(self) -> str:
        """Everything that is said in any span."""
        return "".join(span.to_json() for span in self._exporter.get_finished_spans())


def _collected(span: ReadableSpan) -> CollectedSpan:
    context, status = span.get_span_context(), span.status
    assert context is not None
    links: Sequence[Any] = span.links
    return CollectedSpan(
        trace_id=trace.format_trace_id(context.trace_id),
        span_id=trace.format_span_id(context.span_id),
        parent_id="" if span.parent is None else trace.format_span_id(span.parent.span_id),
        name=span.name,
        kind=span.kind.name,
        service="",
        start=span.start_time or 0,
        end=span.end_time or 0,
        attributes=dict(span.attributes or {}),
        links=[f"{link.context.trace_id:032x}/{link.context.span_id:016x}" for link in links],
        events=[event.name for event in span.events],
        error=(status.description or "") if status.status_code is trace.StatusCode.ERROR else None,
    )
