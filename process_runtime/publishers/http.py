"""HTTP: each fact a POST of a CloudEvent in binary mode, its data in protobuf's binary format."""

from __future__ import annotations

from datetime import timedelta
from types import TracebackType
from typing import ClassVar, Final, Self

import httpx
from pydantic import HttpUrl

from process_runtime import cloudevents
from process_runtime.config import Duration
from process_runtime.publishers.publisher import Fact, Publisher, PublisherOptions, PublishError

__all__ = ["HttpOptions", "HttpPublisher"]

_TRACE: Final = ("traceparent", "tracestate")


class HttpOptions(PublisherOptions):
    """Options of a binding of kind ``http``."""

    url: HttpUrl
    """Where facts are posted."""
    timeout: Duration = timedelta(seconds=10)
    """How long the receiver may take to answer."""


class HttpPublisher(Publisher):
    """Posts to a URL; a fact is published when the answer is 2xx."""

    options_type: ClassVar[type[PublisherOptions]] = HttpOptions

    def __init__(self, options: HttpOptions) -> None:
        self._url = str(options.url)
        self._client = httpx.AsyncClient(timeout=options.timeout.total_seconds())

    async def __aenter__(self) -> Self:
        """Open the connections' pool."""
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def publish(self, fact: Fact) -> None:
        """Post `fact`."""
        event = cloudevents.write_binary(fact.attributes, fact.message)
        # Beside the event's own attributes, where what stands between here and the receiver looks.
        trace = {name: fact.attributes[name] for name in _TRACE if name in fact.attributes}
        try:
            response = await self._client.post(self._url, content=event.body, headers=event.headers | trace)
        except httpx.HTTPError as error:
            raise PublishError(f"the receiver cannot be reached ({type(error).__name__})") from None
        if not response.is_success:
            raise PublishError(f"the receiver answered {response.status_code}")
