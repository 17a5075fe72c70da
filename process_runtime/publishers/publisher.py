"""The edge between facts and the outside: what a publisher is, and how one is found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Final

from google.protobuf.message import Message

from process_runtime.bindings import Binder, BindingOptions
from process_runtime.contract import Stream

__all__ = ["ENTRY_POINT_GROUP", "STREAMS", "Fact", "PublishError", "Publisher", "PublisherOptions"]

ENTRY_POINT_GROUP: Final = "process_runtime.fact_publishers"
"""Entry points of this group name a `process_runtime.bindings.Factory` of publishers; their name is the
``kind`` of a binding."""

_TRACE: Final = ("traceparent", "tracestate")


class PublishError(Exception):
    """The stream does not have the fact. The message holds no value and no address: it is recorded.

    Attributes:
        retry_after: When the stream wants to be asked again; None leaves that to the activity's own back-off.
    """

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PublisherOptions(BindingOptions):
    """What a binding says to its publisher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact on its way out."""

    attributes: Mapping[str, str]
    """Of the CloudEvent, but for ``specversion`` and ``datacontenttype``: the publisher chooses how the data
    are written, with `process_runtime.cloudevents`. The ``id`` is equal on every attempt."""
    message: Message

    @property
    def trace_headers(self) -> dict[str, str]:
        """Return its trace context under the names that whatever stands between here and the receiver knows.

        https://www.w3.org/TR/trace-context/
        """
        return {name: self.attributes[name] for name in _TRACE if name in self.attributes}


class Publisher(AbstractAsyncContextManager["Publisher"], ABC):
    """Publishes the facts of one stream, from when it is entered until it is left."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what is open; by default nothing is."""

    @abstractmethod
    async def publish(self, fact: Fact) -> None:
        """Hand `fact` to the stream, and return when the stream keeps it durably.

        Called for several facts at once. Abandoned after 30 seconds, and called again after any failure.

        Raises:
            PublishError: The stream does not have it, as far as one can tell.
        """


STREAMS: Final = Binder[Stream, Publisher](
    variable="PUBLISH_BINDINGS_FILE",
    logical="stream",
    server="publisher",
    entry_points=ENTRY_POINT_GROUP,
)
"""Binds streams to publishers."""
