"""Which event an execution does things for, as tracing sees it. Without tracing nobody listens.

What listens decides nothing: a history is the same with and without it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Final, Protocol

from process_runtime.tracing import TraceContext

ARRIVING: Final[ContextVar[TraceContext | None]] = ContextVar("arriving_trace", default=None)
"""Context of the signal or update that arrives just now: for events that carry none themselves."""


class ExecutionSpans(Protocol):
    """The spans of one run."""

    def caused_by(self, trace: TraceContext | None) -> None:
        """What the run does until it handles an event belongs to `trace`."""

    def handling(
        self, event_type: str, own: TraceContext | None, hop: TraceContext | None
    ) -> AbstractContextManager[None]:
        """Around the handling of an event that says `own` of itself, and was brought by `hop`."""


SPANS: Final[ContextVar[ExecutionSpans | None]] = ContextVar("execution_spans", default=None)
"""Those of the run that is active, if it is traced."""

_NOTHING: Final = nullcontext()


def caused_by(trace: TraceContext | None) -> None:
    """What the run does until it handles an event belongs to `trace`."""
    spans = SPANS.get()
    if spans is not None:
        spans.caused_by(trace)


def handling(
    event_type: str, own: TraceContext | None, hop: TraceContext | None
) -> AbstractContextManager[None]:
    """Around the handling of an event that says `own` of itself, and was brought by `hop`."""
    spans = SPANS.get()
    return _NOTHING if spans is None else spans.handling(event_type, own, hop)
