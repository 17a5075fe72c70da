"""Tracing of what Temporal does, with the SDK's own interceptor, and what ties it to single events.

The SDK's spans of a workflow all belong to whoever started it. A process lives on events, which come with
traces of their own: what it does for one, and the facts that it publishes then, belong to that event's trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, NoReturn, cast

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import SpanContext, SpanKind
from temporalio import client, worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.contrib.opentelemetry import TracingInterceptor, TracingWorkflowInboundInterceptor
from temporalio.converter import PayloadConverter

from process_runtime.ingress.events import RoutedEvent
from process_runtime.telemetry import conventions as names
from process_runtime.telemetry.contexts import (
    attached,
    nearest,
    read_context,
    read_headers,
    with_parent,
    written_context,
)
from process_runtime.telemetry.ids import SpanIds
from process_runtime.telemetry.ingress import IngressSpan
from process_runtime.telemetry.quiet import QuietTracer
from process_runtime.tracing import TraceContext
from process_runtime.workflow.trace import ARRIVING, SPANS

__all__ = ["DELIVERED", "EventTracing", "ProcessTracing"]

DELIVERED: Final[ContextVar[Sequence[RoutedEvent]]] = ContextVar("delivered_events", default=())
"""What the call to Temporal delivers that is made now."""

_CAUSE: Final[ContextVar[SpanContext | None]] = ContextVar("cause", default=None)
"""The handling that the running code is part of; ``run()`` is part of none."""
_HEADER: Final = "_tracer-data"  # where the SDK keeps the context, in each of its languages
_NO_ATTRIBUTES: Final[Mapping[str, str]] = {}
_EXTERN: Final = "__process_runtime_span"


class ProcessTracing(TracingInterceptor):
    """The SDK's tracing; arrival and handling of events are spans of their traces."""

    def __init__(self, tracer: QuietTracer, event_types: Collection[str]) -> None:
        """Trace with `tracer`; a signal that is none of `event_types` is not named, it may be anything."""
        super().__init__(tracer)
        self._event_types = frozenset(event_types)

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,  # noqa: A002 - the SDK's name
    ) -> type[TracingWorkflowInboundInterceptor]:
        """Return the interceptor of one workflow."""
        super().workflow_interceptor_class(input)
        input.unsafe_extern_functions[_EXTERN] = self._workflow_span
        known = self._event_types

        class Inbound(_ProcessInbound):
            event_types = known

        return Inbound

    def _workflow_span(self, told: _Told) -> None:
        """Make a span that has begun and ended."""
        with SpanIds.fixed(told.span_id):
            span = self.tracer.start_span(
                told.name, with_parent(told.parent), told.kind, told.attributes, start_time=told.began
            )
        if told.error is not None:
            span.record_exception(told.error)
        span.end(told.ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A span, as the workflow tells of it."""

    name: str
    parent: SpanContext
    span_id: int
    kind: SpanKind
    attributes: dict[str, str]
    began: int
    ended: int
    error: BaseException | None = None


class _ProcessInbound(TracingWorkflowInboundInterceptor):
    """Runs in the workflow, and is the `process_runtime.workflow.trace.ExecutionSpans` of its run."""

    event_types: frozenset[str] = frozenset()

    def __init__(self, next: worker.WorkflowInboundInterceptor) -> None:  # noqa: A002 - the SDK's name
        super().__init__(next)
        self._make = cast("Callable[[_Told], None]", workflow.extern_functions()[_EXTERN])
        self._spans = 0
        self.cause: SpanContext | None = None
        """What the run does is part of it, unless it is part of a handling."""

    async def execute_workflow(self, input: worker.ExecuteWorkflowInput) -> Any:  # noqa: A002
        self.cause = self.cause or read_context(_from_headers(workflow.info().headers))
        SPANS.set(self)
        return await super().execute_workflow(input)

    async def handle_signal(self, input: worker.HandleSignalInput) -> None:  # noqa: A002
        with self._arriving(f"HandleSignal:{self._named(input.signal)}", input.headers):
            await self.next.handle_signal(input)

    def handle_update_validator(self, input: worker.HandleUpdateInput) -> None:  # noqa: A002
        self.next.handle_update_validator(input)

    async def handle_update_handler(self, input: worker.HandleUpdateInput) -> Any:  # noqa: A002
        with self._arriving(f"HandleUpdate:{self._named(input.update)}", input.headers):
            return await self.next.handle_update_handler(input)

    def caused_by(self, trace: TraceContext | None) -> None:
        self.cause = read_context(trace) or self.cause

    @contextmanager
    def handling(self, event_type: str, own: TraceContext | None, hop: TraceContext | None) -> Iterator[None]:
        # One that came with the start, or before a new run, was brought by that.
        brought_by = read_context(hop or _from_headers(workflow.info().headers))
        parent = nearest(read_context(own), brought_by)
        # The same in every replay: what is done after one is part of it too.
        span_id = self._next_id()
        if parent is None:
            yield
            return
        began, error = workflow.time_ns(), None
        self.cause = SpanContext(parent.trace_id, span_id, False, parent.trace_flags, parent.trace_state)
        token = _CAUSE.set(self.cause)
        try:
            yield
        except BaseException as raised:
            error = raised
            raise
        finally:
            _CAUSE.reset(token)
            attributes = {names.EVENT_TYPE: event_type}
            self._tell(
                name=f"handle {event_type}",
                parent=parent,
                span_id=span_id,
                kind=SpanKind.INTERNAL,
                attributes=attributes,
                began=began,
                error=error,
            )

    @contextmanager
    def _arriving(self, name: str, headers: Mapping[str, Payload]) -> Iterator[None]:
        carried = _from_headers(headers)
        parent = read_context(carried)
        span_id = self._next_id()
        if parent is not None:
            began = workflow.time_ns()
            self._tell(name=name, parent=parent, span_id=span_id, kind=SpanKind.SERVER, began=began)
        token = ARRIVING.set(carried)
        try:
            yield
        finally:
            ARRIVING.reset(token)

    def _tell(self, *, attributes: Mapping[str, str] = _NO_ATTRIBUTES, **told: Any) -> None:
        # An eviction counts as a replay too.
        if workflow.unsafe.is_replaying():
            return
        info = workflow.info()
        place = {names.WORKFLOW_ID: info.workflow_id, names.RUN_ID: info.run_id}
        self._make(_Told(attributes={**place, **attributes}, ended=workflow.time_ns(), **told))

    def _next_id(self) -> int:
        self._spans += 1
        text = f"{workflow.info().run_id}/{self._spans}"
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) or 1

    def _named(self, name: str) -> str:
        return name if name in self.event_types or name == "process.events" else "unknown"


class EventTracing(client.Interceptor, worker.Interceptor):
    """Inside the SDK's tracing: calls say what they deliver; activities belong to their event."""

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:  # noqa: A002
        """Return the client's interceptor."""
        return _EventOutbound(next)

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the SDK's name
    ) -> type[worker.WorkflowInboundInterceptor]:
        """Return the interceptor of one workflow."""
        return _CausedInbound


class _EventOutbound(client.OutboundInterceptor):
    """Runs where the span of the call is the current one."""

    async def start_workflow(self, input: client.StartWorkflowInput) -> client.WorkflowHandle[Any, Any]:  # noqa: A002
        _describe()
        return await super().start_workflow(input)

    async def signal_workflow(self, input: client.SignalWorkflowInput) -> None:  # noqa: A002
        _describe()
        await super().signal_workflow(input)

    async def start_workflow_update(
        self,
        input: client.StartWorkflowUpdateInput,  # noqa: A002
    ) -> client.WorkflowUpdateHandle[Any]:
        _describe()
        return await super().start_workflow_update(input)

    async def start_update_with_start_workflow(
        self,
        input: client.StartWorkflowUpdateWithStartInput,  # noqa: A002
    ) -> client.WorkflowUpdateHandle[Any]:
        _describe()
        return await super().start_update_with_start_workflow(input)


def _describe() -> None:
    """Say what the call delivers. Its first event is its parent; the others it points to."""
    events = DELIVERED.get()
    if not events:
        return
    span = trace.get_current_span()
    contract = events[0].router.contract
    span.set_attribute(names.PROCESS_NAME, contract.name)
    span.set_attribute(names.DELIVERY, events[0].route.delivery.lower())
    if len(events) > 1:
        span.set_attribute(names.MESSAGING_BATCH_COUNT, len(events))
    for event in events[1:]:
        if isinstance(event.span, IngressSpan):
            span.add_link(event.span.context)


class _CausedInbound(worker.WorkflowInboundInterceptor):
    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        # Around the SDK's, which makes its spans children of the current one.
        super().init(_CausedOutbound(outbound))


class _CausedOutbound(worker.WorkflowOutboundInterceptor):
    """What the workflow asks for is part of what it is asked for."""

    def continue_as_new(self, input: worker.ContinueAsNewInput) -> NoReturn:  # noqa: A002
        with _caused():
            super().continue_as_new(input)

    def start_activity(self, input: worker.StartActivityInput) -> workflow.ActivityHandle[Any]:  # noqa: A002
        with _caused():
            return super().start_activity(input)

    def start_local_activity(
        self,
        input: worker.StartLocalActivityInput,  # noqa: A002
    ) -> workflow.ActivityHandle[Any]:
        with _caused():
            return super().start_local_activity(input)

    async def start_child_workflow(
        self,
        input: worker.StartChildWorkflowInput,  # noqa: A002
    ) -> workflow.ChildWorkflowHandle[Any, Any]:
        with _caused():
            return await super().start_child_workflow(input)

    async def signal_external_workflow(self, input: worker.SignalExternalWorkflowInput) -> None:  # noqa: A002
        with _caused():
            await super().signal_external_workflow(input)


def _caused() -> AbstractContextManager[None]:
    spans = SPANS.get()
    cause = _CAUSE.get() or (spans.cause if isinstance(spans, _ProcessInbound) else None)
    now = otel_context.get_current()
    return attached(now if cause is None else with_parent(cause, now))


def _from_headers(headers: Mapping[str, Payload]) -> TraceContext | None:
    payload = headers.get(_HEADER)
    if payload is None:
        return None
    try:
        carrier = PayloadConverter.default.from_payload(payload)
        found = read_headers(carrier)
    except Exception:  # noqa: BLE001  (anybody may send a header)
        return None
    return None if found is None else written_context(found)
