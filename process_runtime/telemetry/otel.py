"""The hooks of tracing, with OpenTelemetry."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor
from temporalio.client import Interceptor

from process_runtime.contract import ProcessContract
from process_runtime.ingress.events import RawMessage, RoutedEvent
from process_runtime.telemetry.hooks import EventSpan, RequestSpan, Telemetry
from process_runtime.telemetry.ids import SpanIds
from process_runtime.telemetry.ingress import IngressSpan, serving
from process_runtime.telemetry.publishing import sending
from process_runtime.telemetry.quiet import QuietTracer
from process_runtime.telemetry.temporal import DELIVERED, EventTracing, ProcessTracing
from process_runtime.tracing import TraceContext

__all__ = ["OpenTelemetry", "configured_telemetry"]

logger = logging.getLogger(__name__)

_CLOSING_SECONDS: Final = 5.0


def configured_telemetry(contracts: Sequence[ProcessContract], role: str, identity: str) -> OpenTelemetry:
    """Return the hooks, exporting to where the ``OTEL_*`` variables say."""
    resource = Resource.create({"service.instance.id": identity})
    if str(resource.attributes.get("service.name", "")).startswith("unknown_service"):
        served = "-".join(contract.name for contract in contracts)
        resource = resource.merge(Resource({"service.name": f"{served}-{role}"}))
    provider = TracerProvider(resource=resource, id_generator=SpanIds(), shutdown_on_exit=False)
    provider.add_span_processor(_processor())
    # For what people's activities trace themselves: it belongs to the same traces.
    trace.set_tracer_provider(provider)
    return OpenTelemetry(provider, contracts)


def _processor() -> SpanProcessor:
    if os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "console":
        return SimpleSpanProcessor(ConsoleSpanExporter())
    return BatchSpanProcessor(OTLPSpanExporter())


class OpenTelemetry(Telemetry):
    """Tells a tracer provider."""

    def __init__(self, provider: TracerProvider, contracts: Sequence[ProcessContract]) -> None:
        """Trace with `provider`, whose span IDs `SpanIds` makes.

        Args:
            provider: Where spans go.
            contracts: The processes served here.
        """
        self._provider = provider
        # A workflow ID is made of the business key; that of a sensitive one is told apart and not told.
        hides_ids = any(field.sensitive for contract in contracts for field in contract.key_fields)
        self._tracer = QuietTracer(provider.get_tracer("process_runtime"), hides_workflow_ids=hides_ids)
        self._event_types = {event_type for contract in contracts for event_type in contract.event_types}

    def client_interceptors(self) -> Sequence[Interceptor]:
        """Return the SDK's tracing, and what ties it to single events."""
        return (ProcessTracing(self._tracer, self._event_types), EventTracing())

    def event(self, message: RawMessage) -> EventSpan:
        """Return the span of an event that is taken."""
        return IngressSpan(self._tracer, message)

    @contextmanager
    def calling(self, events: Sequence[RoutedEvent]) -> Iterator[None]:
        """Make the call part of its first event; the interceptors see to the others."""
        for event in events:
            if isinstance(event.span, IngressSpan):
                event.span.identified(event)
        token = DELIVERED.set(events)
        try:
            with events[0].span.active():
                yield
        finally:
            DELIVERED.reset(token)

    def request(
        self, method: str, route: str, headers: Mapping[str, str]
    ) -> AbstractContextManager[RequestSpan]:
        """Return the span of a request."""
        return serving(self._tracer, method, route, headers)

    def publishing(
        self, system: str, destination: str, attributes: Mapping[str, str]
    ) -> AbstractContextManager[TraceContext | None]:
        """Return the span of an attempt to publish."""
        return sending(self._tracer, system, destination, attributes)

    def log_fields(self) -> Mapping[str, str]:
        """Return the IDs of the current span."""
        context = trace.get_current_span().get_span_context()
        if not context.is_valid:
            return {}
        return {
            "trace_id": trace.format_trace_id(context.trace_id),
            "span_id": trace.format_span_id(context.span_id),
        }

    async def close(self) -> None:
        """Export what is left, for as long as that may take: not for ever, if the collector is away."""
        # A thread of its own, and no executor's: nobody waits for it when the program ends.
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def shut_down() -> None:
            self._provider.shutdown()
            loop.call_soon_threadsafe(done.set)

        threading.Thread(target=shut_down, name="otel-shutdown", daemon=True).start()
        try:
            async with asyncio.timeout(_CLOSING_SECONDS):
                await done.wait()
        except TimeoutError:
            logger.warning("some spans could not be exported before this program ends")
