"""Takes the trace context of the transport into the envelope, which carries it on to the process."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message

from process_runtime.ingress.attributes import field_at
from process_runtime.ingress.decode import Decoded
from process_runtime.ingress.router import Router
from process_runtime.tracing import TraceContext, trace_context

__all__ = ["fill_trace", "set_trace", "trace_in"]


def fill_trace(decoded: Decoded) -> None:
    """Fill the trace fields of the envelope, if the contract has them and the producer left them empty."""
    router, trace = decoded.router, decoded.trace
    if trace is None or not router.traceparent_field:
        return
    parent, name = field_at(decoded.envelope, router.traceparent_field)
    if not getattr(parent, name):
        set_trace(router, decoded.envelope, trace)


def set_trace(router: Router[Any], envelope: Message, trace: TraceContext) -> None:
    """Have `envelope` carry `trace`, whatever it carried, if the contract has the fields."""
    for path, value in (
        (router.traceparent_field, trace.traceparent),
        (router.tracestate_field, trace.tracestate),
    ):
        if router.traceparent_field and path:
            parent, name = field_at(envelope, path)
            setattr(parent, name, value)


def trace_in(decoded: Decoded) -> TraceContext | None:
    """Return what the event says of its trace: its envelope, else its transport."""
    router = decoded.router
    if not router.traceparent_field:
        return decoded.trace
    values = []
    for path in (router.traceparent_field, router.tracestate_field):
        parent, name = field_at(decoded.envelope, path) if path else (None, "")
        values.append(getattr(parent, name) if path else "")
    return trace_context(*values) or decoded.trace
