"""Spans of the ingress: one for each event, and one for each HTTP request."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from opentelemetry import trace
from opentelemetry.trace import Link, SpanContext, SpanKind, StatusCode

from process_runtime.ingress.attributes import field_at
from process_runtime.ingress.events import EventResult, Outcome, RawMessage, RoutedEvent
from process_runtime.ingress.trace import set_trace, trace_in
from process_runtime.telemetry import conventions as names
from process_runtime.telemetry.contexts import (
    attached,
    current,
    nearest,
    read_context,
    read_headers,
    with_parent,
    written_context,
)
from process_runtime.telemetry.hooks import EventSpan, RequestSpan
from process_runtime.telemetry.quiet import QuietSpan, QuietTracer, ending

if TYPE_CHECKING:
    from process_runtime.ingress.decode import Decoded

__all__ = ["IngressSpan", "ServerSpan", "serving"]

_SERVER_ERROR: Final = 500
_CLOUD_EVENT: Final = {
    "id": names.CLOUDEVENTS_EVENT_ID,
    "source": names.CLOUDEVENTS_EVENT_SOURCE,
    "type": names.CLOUDEVENTS_EVENT_TYPE,
}


class IngressSpan(EventSpan):
    """``process <subscription>``: a child of what the event says of itself, else of the message's headers."""

    __slots__ = ("_began", "_hop", "_message", "_span", "_tracer")

    def __init__(self, tracer: QuietTracer, message: RawMessage) -> None:
        self._tracer = tracer
        self._message = message
        self._began = time.time_ns()
        # The request that is answered, or what the sender's broker client wrote.
        self._hop = current() or read_headers(message.headers)
        self._span: QuietSpan | None = None

    @property
    def context(self) -> SpanContext:
        """Of the span."""
        return self._begun().get_span_context()

    def decoded(self, decoded: Decoded) -> None:
        """Begin the span, and have the envelope carry it on."""
        own = read_context(trace_in(decoded))
        span = self._begun(own)
        contract = decoded.router.contract
        span.set_attribute(names.PROCESS_NAME, contract.name)
        for name, attribute in _CLOUD_EVENT.items():
            if value := decoded.attributes.get(name):
                span.set_attribute(attribute, str(value))
        set_trace(decoded.router, decoded.envelope, written_context(span.get_span_context()))

    def identified(self, event: RoutedEvent) -> None:
        """Say what the event says of itself, once it is known to be valid."""
        span, meta = self._begun(), event.meta
        span.set_attribute(names.EVENT_TYPE, meta.event_type)
        hidden = _sensitive_values(event)
        for attribute, value in (
            (names.MESSAGING_MESSAGE_ID, meta.idempotency_key),
            (names.MESSAGING_CONVERSATION_ID, meta.correlation_id),
        ):
            if value and value not in hidden:
                span.set_attribute(attribute, value)

    def active(self) -> AbstractContextManager[None]:
        """Make the span the current one."""
        return attached(trace.set_span_in_context(self._begun()))

    def ended(self, result: EventResult | None) -> None:
        """End the span with what became of the event."""
        span = self._begun()
        if result is None:
            span.set_status(StatusCode.ERROR, "broken off")
        else:
            span.set_attribute(names.OUTCOME, result.outcome.value)
            if result.event_type:
                span.set_attribute(names.EVENT_TYPE, result.event_type)
            if result.workflow_id:
                span.set_attribute(names.WORKFLOW_ID, result.workflow_id)
            if result.rejection is not None:
                reason = result.rejection.reason.value
                span.set_attribute(names.REASON, reason)
                span.set_attribute(names.ERROR_TYPE, reason)
                span.set_status(StatusCode.ERROR, reason)
            elif result.outcome is Outcome.RETRY:
                span.set_attribute(names.ERROR_TYPE, result.outcome.value)
                span.set_status(StatusCode.ERROR, result.outcome.value)
        span.end()

    def _begun(self, own: SpanContext | None = None) -> QuietSpan:
        if self._span is None:
            self._span = self._begin(own)
        return self._span

    def _begin(self, own: SpanContext | None) -> QuietSpan:
        message, hop = self._message, self._hop
        parent = nearest(own, hop)
        links = [Link(hop)] if hop is not None and hop is not parent else []
        attributes: dict[str, str | int] = {
            names.MESSAGING_SYSTEM: message.adapter,
            names.MESSAGING_OPERATION_NAME: "process",
            names.MESSAGING_OPERATION_TYPE: "process",
            names.MESSAGING_DESTINATION_NAME: message.subscription,
            names.MESSAGING_BODY_SIZE: len(message.body),
            names.SUBSCRIPTION: message.subscription,
            names.POSITION: message.position,
            **message.attributes,
        }
        if self._tracer.hides_workflow_ids:
            # A subject of NATS is made of the business key too.
            attributes[names.MESSAGING_DESTINATION_NAME] = message.subscription
        return self._tracer.start_span(
            # Few names: a subject may have one for each process.
            f"process {message.subscription}",
            with_parent(parent),
            SpanKind.CONSUMER,
            attributes,
            links,
            self._began,
        )


def _sensitive_values(event: RoutedEvent) -> set[str]:
    """What may not be told, as text; a field below a repeated one identifies nothing."""
    values = set()
    for path in event.router.sensitive_fields or ():
        with suppress(AttributeError):
            parent, name = field_at(event.envelope, path)
            values.add(str(getattr(parent, name)))
    return values


class ServerSpan(RequestSpan):
    """``POST /events``."""

    __slots__ = ("_span",)

    def __init__(self, span: QuietSpan) -> None:
        self._span = span

    def answered(self, status: int) -> None:
        """Say the status; an error of this side is one of the span."""
        self._span.set_attribute(names.HTTP_STATUS, status)
        if status >= _SERVER_ERROR:
            self._span.set_attribute(names.ERROR_TYPE, str(status))
            self._span.set_status(StatusCode.ERROR)


@contextmanager
def serving(tracer: QuietTracer, method: str, route: str, headers: Mapping[str, str]) -> Iterator[ServerSpan]:
    """The span of a request is the current one while it is answered."""
    span = tracer.start_span(
        f"{method} {route}",
        with_parent(read_headers(headers)),
        SpanKind.SERVER,
        {names.HTTP_METHOD: method, names.HTTP_ROUTE: route},
    )
    with ending(span), attached(trace.set_span_in_context(span)):
        yield ServerSpan(span)
