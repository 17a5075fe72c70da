"""Takes the trace context of the transport into the envelope, which carries it on to the process."""

from __future__ import annotations

from process_runtime.ingress.attributes import field_at
from process_runtime.ingress.decode import Decoded

__all__ = ["fill_trace"]


def fill_trace(decoded: Decoded) -> None:
    """Fill the trace fields of the envelope, if the contract has them and the producer left them empty."""
    router, trace = decoded.router, decoded.trace
    if trace is None or not router.traceparent_field:
        return
    parent, name = field_at(decoded.envelope, router.traceparent_field)
    if getattr(parent, name):
        return
    setattr(parent, name, trace.traceparent)
    if router.tracestate_field:
        parent, name = field_at(decoded.envelope, router.tracestate_field)
        setattr(parent, name, trace.tracestate)
