"""Spans of publishing: one for each attempt to hand a fact to its stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from process_runtime.telemetry import conventions as names
from process_runtime.telemetry.contexts import attached, current, read_headers, with_parent, written_context
from process_runtime.telemetry.quiet import QuietTracer, ending
from process_runtime.tracing import TraceContext

__all__ = ["sending"]


@contextmanager
def sending(
    tracer: QuietTracer, system: str, destination: str, attributes: Mapping[str, str]
) -> Iterator[TraceContext]:
    """``send <stream>``: a child of the activity, and the parent of whoever receives the fact."""
    span = tracer.start_span(
        f"send {destination}",
        with_parent(current() or read_headers(attributes)),
        SpanKind.PRODUCER,
        {
            names.MESSAGING_SYSTEM: system,
            names.MESSAGING_OPERATION_NAME: "send",
            names.MESSAGING_OPERATION_TYPE: "send",
            names.MESSAGING_DESTINATION_NAME: destination,
            names.MESSAGING_MESSAGE_ID: attributes.get("id", ""),
            names.EVENT_TYPE: attributes.get("type", ""),
            names.WORKFLOW_ID: attributes.get("processinstanceid", ""),
        },
    )
    with ending(span), attached(trace.set_span_in_context(span)):
        yield written_context(span.get_span_context())
