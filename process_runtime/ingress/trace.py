"""Takes the trace context of the transport into the envelope, which carries it on to the process."""

from __future__ import annotations

from google.protobuf.message import Message

from process_runtime.ingress.decode import Decoded

__all__ = ["fill_trace"]


def fill_trace(decoded: Decoded) -> None:
    """Fill the trace fields of the envelope, if the contract has them and the producer left them empty."""
    router, trace = decoded.router, decoded.trace
    if trace is None or not router.traceparent_field:
        return
    parent, name = _field(decoded.envelope, router.traceparent_field)
    if getattr(parent, name):
        return
    setattr(parent, name, trace.traceparent)
    if router.tracestate_field:
        parent, name = _field(decoded.envelope, router.tracestate_field)
        setattr(parent, name, trace.tracestate)


def _field(message: Message, path: str) -> tuple[Message, str]:
    """The message that holds the field at `path`, and the field's name."""
    *parents, name = path.split(".")
    for parent in parents:
        message = getattr(message, parent)
    return message, name
