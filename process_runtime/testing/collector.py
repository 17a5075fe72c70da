"""A stand-in for an OpenTelemetry collector, behind the real interface.

It takes what programs export over OTLP/HTTP (protobuf, POST to ``/v1/traces``), keeps the spans in memory and
hands them to tests. It is no collector: it neither samples, forwards nor forgets, and takes no other signal
and no other encoding. Needs the extra ``otel``.

https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import uvicorn
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

__all__ = ["CollectedSpan", "Collector", "SpanTree"]

_MEDIA_TYPE: Final = "application/x-protobuf"


@dataclass(frozen=True, kw_only=True)
class CollectedSpan:
    """A span as it was exported."""

    trace_id: str
    span_id: str
    parent_id: str
    """Empty for one without a parent."""
    name: str
    kind: str
    """``CLIENT``, ``SERVER``, ``PRODUCER``, ``CONSUMER`` or ``INTERNAL``."""
    service: str
    """``service.name`` of the program."""
    start: int
    """Nanoseconds since 1970."""
    end: int
    attributes: Mapping[str, Any]
    links: Sequence[str]
    """``<trace ID>/<span ID>`` of each."""
    events: Sequence[str]
    """What was noted in it, as text: names and attributes."""
    error: str | None
    """Description of the failure; None when there was none."""


class SpanTree:
    """The spans of one trace."""

    def __init__(self, spans: Iterable[CollectedSpan]) -> None:
        self.spans = sorted(spans, key=lambda span: (span.start, span.end))
        self._by_id = {span.span_id: span for span in self.spans}

    @property
    def roots(self) -> list[CollectedSpan]:
        """Those whose parent is not among them: another program's, or nobody's."""
        return [span for span in self.spans if span.parent_id not in self._by_id]

    def children(self, parent: CollectedSpan) -> list[CollectedSpan]:
        """The spans directly below `parent`, in the order of their beginning."""
        return [span for span in self.spans if span.parent_id == parent.span_id]

    def named(self, name: str) -> CollectedSpan:
        """Return the one span of this name.

        Raises:
            LookupError: There is none, or several.
        """
        found = [span for span in self.spans if span.name == name]
        if len(found) != 1:
            raise LookupError(f"{len(found)} spans are named {name!r}; there are {self.outline()}")
        return found[0]

    def lineage(self, span: CollectedSpan) -> list[CollectedSpan]:
        """Return the spans from the root down to `span`."""
        parent = self._by_id.get(span.parent_id)
        return [*(self.lineage(parent) if parent is not None else []), span]

    def path(self, span: CollectedSpan) -> list[str]:
        """Return the names from the root down to `span`."""
        return [each.name for each in self.lineage(span)]

    def outline(self) -> str:
        """Return the tree as indented lines, for people who look at a failure."""
        lines: list[str] = []

        def add(span: CollectedSpan, depth: int) -> None:
            lines.append(
                f"{'  ' * depth}{span.kind} {span.name}" + (f" ! {span.error}" if span.error else "")
            )
            for child in self.children(span):
                add(child, depth + 1)

        for root in self.roots:
            add(root, 0)
        return "\n".join(lines)


class Collector:
    """Collects spans while its context is open; programs are given `environment`."""

    def __init__(self) -> None:
        self._spans: list[CollectedSpan] = []
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0))
        port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        """What ``OTEL_EXPORTER_OTLP_ENDPOINT`` has to be."""
        app = Starlette(routes=[Route("/v1/traces", self._take, methods=["POST"])])
        self._server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        self._thread = threading.Thread(target=self._serve, name="otlp-collector", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which a program exports here, and soon."""
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}

    @property
    def spans(self) -> list[CollectedSpan]:
        """All spans so far."""
        with self._lock:
            return list(self._spans)

    def trace(self, trace_id: str) -> SpanTree:
        """Return the spans of one trace so far."""
        return SpanTree(span for span in self.spans if span.trace_id == trace_id)

    def _serve(self) -> None:
        asyncio.run(self._server.serve([self._socket]))

    async def _take(self, request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] != _MEDIA_TYPE:
            return Response(status_code=415)
        body = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        spans = list(_spans(ExportTraceServiceRequest.FromString(body)))
        with self._lock:
            self._spans += spans
        return Response(ExportTraceServiceResponse().SerializeToString(), media_type=_MEDIA_TYPE)


def _spans(request: ExportTraceServiceRequest) -> Iterable[CollectedSpan]:
    for resource in request.resource_spans:
        service = str(_attributes(resource.resource.attributes).get("service.name", ""))
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield _span(span, service)


def _span(span: trace_pb2.Span, service: str) -> CollectedSpan:
    failed = span.status.code == trace_pb2.Status.STATUS_CODE_ERROR
    return CollectedSpan(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        name=span.name,
        kind=trace_pb2.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        service=service,
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
        attributes=_attributes(span.attributes),
        links=[f"{link.trace_id.hex()}/{link.span_id.hex()}" for link in span.links],
        events=[f"{event.name} {_attributes(event.attributes)}" for event in span.events],
        error=span.status.message if failed else None,
    )


def _attributes(values: Iterable[KeyValue]) -> dict[str, Any]:
    return {value.key: _value(value.value) for value in values}


def _value(value: AnyValue) -> Any:
    case = value.WhichOneof("value")
    if case == "array_value":
        return [_value(each) for each in value.array_value.values]
    return None if case is None else getattr(value, case)
