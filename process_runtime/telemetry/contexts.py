"""Between trace contexts as text, which messages carry, and OpenTelemetry's.

https://www.w3.org/TR/trace-context/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import Token
from typing import Final

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from process_runtime.tracing import TraceContext, trace_context

__all__ = ["attached", "current", "nearest", "read_context", "read_headers", "with_parent", "written_context"]

_PROPAGATOR: Final = TraceContextTextMapPropagator()
_NO_CONTEXT: Final = Context()


def read_context(context: TraceContext | None) -> SpanContext | None:
    """Return what the text says; None where it says nothing valid."""
    if context is None:
        return None
    carrier = {"traceparent": context.traceparent, "tracestate": context.tracestate}
    found = trace.get_current_span(_PROPAGATOR.extract(carrier, _NO_CONTEXT)).get_span_context()
    return found if found.is_valid else None


def read_headers(headers: Mapping[str, str]) -> SpanContext | None:
    """Return the context in the headers of a message, names in lower case."""
    return read_context(trace_context(headers.get("traceparent"), headers.get("tracestate", "")))


def written_context(context: SpanContext) -> TraceContext:
    """Return `context` as text."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, with_parent(context, _NO_CONTEXT))
    return TraceContext(carrier["traceparent"], carrier.get("tracestate", ""))


def with_parent(parent: SpanContext | None, context: Context | None = None) -> Context:
    """Return a context in which new spans are children of `parent`."""
    if parent is None:
        return _NO_CONTEXT if context is None else context
    return trace.set_span_in_context(NonRecordingSpan(parent), context)


def nearest(own: SpanContext | None, hop: SpanContext | None) -> SpanContext | None:
    """Return the parent of what is done for a message.

    Args:
        own: What the message says of itself.
        hop: What brought it; the nearer parent, if it is part of the same trace.
    """
    if own is None or (hop is not None and hop.trace_id == own.trace_id):
        return hop
    return own


def current() -> SpanContext | None:
    """Return the context of the current span, if there is one."""
    found = trace.get_current_span().get_span_context()
    return found if found.is_valid else None


@contextmanager
def attached(context: Context) -> Iterator[None]:
    """Make `context` the current one.

    Left in another task than it was entered in, which is how Temporal's SDK evicts a workflow, there is
    nothing to go back to.
    """
    token: Token[Context] = otel_context.attach(context)
    try:
        yield
    finally:
        with suppress(ValueError):
            token.var.reset(token)
