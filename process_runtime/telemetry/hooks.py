"""What the runtime tells of itself while it works; here nobody listens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final

from process_runtime.tracing import TraceContext

if TYPE_CHECKING:
    from temporalio.client import Interceptor

    from process_runtime.ingress.decode import Decoded
    from process_runtime.ingress.events import EventResult, RawMessage, RoutedEvent

__all__ = ["EventSpan", "RequestSpan", "Telemetry"]

_NOTHING: Final = nullcontext()


class EventSpan:
    """One event of a message, from when it is taken until it is settled or given back."""

    __slots__ = ()

    def decoded(self, decoded: Decoded) -> None:
        """Note whose event it is; its envelope gets the trace context it travels on with."""

    def active(self) -> AbstractContextManager[None]:
        """What is logged inside belongs to this event."""
        return _NOTHING

    def ended(self, result: EventResult | None) -> None:
        """Note what became of it; None when the work on it was broken off."""


class RequestSpan:
    """The answering of one HTTP request."""

    __slots__ = ()

    def answered(self, status: int) -> None:
        """Note the status of the answer."""


_EVENT: Final = EventSpan()
_REQUEST: Final = nullcontext(RequestSpan())


class Telemetry:
    """The hooks of tracing; these do nothing and cost nothing."""

    def client_interceptors(self) -> Sequence[Interceptor]:
        """Return what Temporal's client, and by it every worker on it, is given."""
        return ()

    def event(self, message: RawMessage) -> EventSpan:  # noqa: ARG002
        """Note that an event is taken: a message, or one of the events of a batch."""
        return _EVENT

    def calling(self, events: Sequence[RoutedEvent]) -> AbstractContextManager[None]:  # noqa: ARG002
        """Around one call to Temporal that delivers `events`."""
        return _NOTHING

    def request(
        self,
        method: str,  # noqa: ARG002
        route: str,  # noqa: ARG002
        headers: Mapping[str, str],  # noqa: ARG002
    ) -> AbstractContextManager[RequestSpan]:
        """Around the answering of one HTTP request; names of headers in lower case."""
        return _REQUEST

    def publishing(
        self,
        system: str,  # noqa: ARG002
        destination: str,  # noqa: ARG002
        attributes: Mapping[str, str],  # noqa: ARG002
    ) -> AbstractContextManager[TraceContext | None]:
        """Around one attempt to publish the fact with these attributes.

        Yields the context that the fact carries on; None to leave the fact as it is.
        """
        return _NOTHING

    def log_fields(self) -> Mapping[str, str]:
        """Return what a log record of this moment says of the trace it belongs to."""
        return {}

    async def close(self) -> None:
        """Hand over what is not exported yet."""
