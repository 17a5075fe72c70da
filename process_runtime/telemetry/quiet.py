"""Spans that say what happened and never what was said: no message of an exception, no sensitive key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    use_span,
)
from opentelemetry.util._decorator import _agnosticcontextmanager
from opentelemetry.util.types import Attributes, AttributeValue
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from process_runtime.telemetry import conventions as names

__all__ = ["QuietSpan", "QuietTracer", "ending", "type_of"]

_HIDDEN_CHARACTERS: Final = 16


def type_of(error: BaseException) -> str:
    """What kind of error it is: the type that an activity or handler gave it, else its class."""
    if isinstance(error, ApplicationError) and error.type:
        return error.type
    return type(error).__name__


class QuietSpan(Span):
    """A span that keeps the types of exceptions and not their messages, which may quote what was sent."""

    def __init__(self, span: Span, *, hides_workflow_ids: bool = False) -> None:
        self._span = span
        self._hides_workflow_ids = hides_workflow_ids

    def end(self, end_time: int | None = None) -> None:
        """End the span."""
        self._span.end(end_time)

    def get_span_context(self) -> SpanContext:
        """Return the span's own context."""
        return self._span.get_span_context()

    def set_attributes(self, attributes: Mapping[str, AttributeValue]) -> None:
        """Say several things of the span."""
        for key, value in attributes.items():
            self.set_attribute(key, value)

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        """Say something of the span."""
        if self._hides_workflow_ids and key == names.WORKFLOW_ID:
            value = _digest(str(value))
        self._span.set_attribute(key, value)

    def add_event(self, name: str, attributes: Attributes = None, timestamp: int | None = None) -> None:
        """Note what happened meanwhile."""
        self._span.add_event(name, attributes, timestamp)

    def add_link(self, context: SpanContext, attributes: Attributes = None) -> None:
        """Point to another span."""
        self._span.add_link(context, attributes)

    def update_name(self, name: str) -> None:
        """Name the span otherwise."""
        self._span.update_name(name)

    def is_recording(self) -> bool:
        """Return whether anybody will see it."""
        return self._span.is_recording()

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        """Keep what a description begins with: the SDK writes ``Type: message``."""
        code = status.status_code if isinstance(status, Status) else status
        text = status.description if isinstance(status, Status) else description
        self._span.set_status(code, text and text.partition(":")[0])

    def record_exception(
        self,
        exception: BaseException,
        attributes: Attributes = None,  # noqa: ARG002  (whoever records may put the message there)
        timestamp: int | None = None,
        escaped: bool = False,  # noqa: ARG002
    ) -> None:
        """Keep the exception's type."""
        kind = type_of(exception)
        self._span.add_event("exception", {names.EXCEPTION_TYPE: kind}, timestamp)
        self._span.set_attribute(names.ERROR_TYPE, kind)
        self._span.set_status(StatusCode.ERROR, kind)


class QuietTracer(Tracer):
    """Begins `QuietSpan` spans."""

    def __init__(self, tracer: Tracer, *, hides_workflow_ids: bool = False) -> None:
        """Begin spans with `tracer`.

        Args:
            tracer: Of OpenTelemetry's SDK.
            hides_workflow_ids: Whether a digest stands for the workflow ID, which holds a sensitive key.
        """
        self._tracer = tracer
        self.hides_workflow_ids = hides_workflow_ids

    def start_span(  # noqa: PLR0917 - OpenTelemetry's
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,  # noqa: ARG002
        set_status_on_exception: bool = True,  # noqa: ARG002
    ) -> QuietSpan:
        """Begin a span."""
        if self.hides_workflow_ids and attributes and names.WORKFLOW_ID in attributes:
            attributes = {**attributes, names.WORKFLOW_ID: _digest(str(attributes[names.WORKFLOW_ID]))}
        span = self._tracer.start_span(
            name,
            context,
            kind,
            attributes,
            links,
            start_time,
            record_exception=False,
            set_status_on_exception=False,
        )
        return QuietSpan(span, hides_workflow_ids=self.hides_workflow_ids)

    @_agnosticcontextmanager
    def start_as_current_span(  # noqa: PLR0917 - OpenTelemetry's
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,  # noqa: ARG002
        set_status_on_exception: bool = True,  # noqa: ARG002
        end_on_exit: bool = True,
    ) -> Iterator[Span]:
        """Begin a span that is the current one."""
        span = self.start_span(name, context, kind, attributes, links, start_time)
        with use_span(
            span, end_on_exit=end_on_exit, record_exception=False, set_status_on_exception=False
        ) as active:
            try:
                yield active
            except Exception as error:
                if getattr(error, "category", None) is not ApplicationErrorCategory.BENIGN:
                    span.record_exception(error)
                raise


@contextmanager
def ending(span: QuietSpan) -> Iterator[None]:
    """End `span` afterwards, with the type of what was raised."""
    try:
        yield
    except BaseException as error:
        span.record_exception(error)
        raise
    finally:
        span.end()


def _digest(value: str) -> str:
    return f"sha256:{hashlib.sha256(value.encode()).hexdigest()[:_HIDDEN_CHARACTERS]}"
