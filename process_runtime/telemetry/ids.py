"""Span IDs: random ones, and those that have to be the same in every replay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

__all__ = ["SpanIds"]

_NEXT: Final[ContextVar[int | None]] = ContextVar("next_span_id", default=None)


class SpanIds(RandomIdGenerator):
    """Random, but for the span that is begun inside `SpanIds.fixed`."""

    @staticmethod
    @contextmanager
    def fixed(span_id: int) -> Iterator[None]:
        """Give the one span that is begun inside this ID."""
        token = _NEXT.set(span_id)
        try:
            yield
        finally:
            _NEXT.reset(token)

    def generate_span_id(self) -> int:
        """Return the ID of a new span."""
        span_id = _NEXT.get()
        return super().generate_span_id() if span_id is None else span_id
