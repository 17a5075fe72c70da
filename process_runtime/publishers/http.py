"""HTTP: each fact a POST of a CloudEvent in binary mode, its data in protobuf's binary format."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import ClassVar, Final, Self

import httpx
from pydantic import FilePath, HttpUrl, model_validator

from process_runtime import cloudevents
from process_runtime.publishers.publisher import Fact, Publisher, PublisherOptions, PublishError
from process_runtime.setting_types import PositiveDuration

__all__ = ["HttpOptions", "HttpPublisher"]

# Whoever asks for more would hold up the facts of a process for as long as it likes.
_LONGEST_WAIT: Final = timedelta(minutes=5)


class HttpOptions(PublisherOptions):
    """Options of a binding of kind ``http``."""

    url: HttpUrl
    """Where facts are posted."""
    timeout: PositiveDuration = timedelta(seconds=10)
    """How long the receiver may take to be connected to, and to answer."""
    bearer_token_file: FilePath | None = None
    """Holds the token sent as ``Authorization: Bearer``; read anew for each fact, so that it may change."""
    tls_ca_file: FilePath | None = None
    """Authorities of the receiver's certificate, in PEM, in place of those that are installed."""
    tls_cert_file: FilePath | None = None
    """Our own certificate, for receivers that ask for one; in PEM, with the chain behind it."""
    tls_key_file: FilePath | None = None
    """Its private key."""

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if (self.tls_cert_file is None) != (self.tls_key_file is None):
            raise ValueError("tls_cert_file and tls_key_file come together")
        if self.tls_ca_file is None and self.tls_cert_file is None:
            return self
        if self.url.scheme != "https":
            raise ValueError("tls files need a url with https")
        try:
            self.context()
        except (OSError, ValueError):
            # The library's texts name functions of OpenSSL, and ssl.SSLError is an OSError.
            raise ValueError(
                "the tls files are no certificate with its key, or no authorities, in PEM; "
                "mount them, and let this user read them"
            ) from None
        return self

    def context(self) -> ssl.SSLContext:
        """Return how the receiver is known, and this client to it.

        Raises:
            OSError: A file cannot be read, or is none in PEM, or certificate and key do not fit.
        """
        if self.url.scheme != "https":
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # of no use, and quickly made
        ca = self.tls_ca_file
        context = httpx.create_ssl_context() if ca is None else ssl.create_default_context(cafile=ca)
        if self.tls_cert_file is not None:
            context.load_cert_chain(self.tls_cert_file, self.tls_key_file)
        return context


class HttpPublisher(Publisher):
    """Posts to a URL; a fact is published when the answer is 2xx."""

    options_type: ClassVar[type[PublisherOptions]] = HttpOptions

    def __init__(self, options: HttpOptions) -> None:
        self._url = str(options.url)
        self._token_file = options.bearer_token_file
        self._client = httpx.AsyncClient(timeout=options.timeout.total_seconds(), verify=options.context())

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
        headers = event.headers | fact.trace_headers | await self._authorization()
        try:
            response = await self._client.post(self._url, content=event.body, headers=headers)
        except (httpx.HTTPError, OSError) as error:  # a refused certificate may be a bare ssl.SSLError
            raise PublishError(f"the receiver cannot be reached ({type(error).__name__})") from None
        if not response.is_success:
            raise PublishError(
                f"the receiver answered {response.status_code}", retry_after=_retry_after(response)
            )

    async def _authorization(self) -> dict[str, str]:
        if self._token_file is None:
            return {}
        try:
            token = (await asyncio.to_thread(self._token_file.read_text, encoding="utf-8")).strip()
        except (OSError, ValueError) as error:
            raise PublishError(f"the bearer token cannot be read ({type(error).__name__})") from None
        if not token or not token.isascii() or not token.isprintable():
            raise PublishError("the file of the bearer token holds none")
        return {"authorization": f"Bearer {token}"}


def _retry_after(response: httpx.Response) -> timedelta | None:
    """When the receiver wants to be asked again: in seconds, or at a time.

    https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
    """
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        wait = timedelta(seconds=min(int(text[:9]), _LONGEST_WAIT.total_seconds()))
    else:
        try:
            wait = parsedate_to_datetime(text) - datetime.now(UTC)
        except (TypeError, ValueError):
            return None
    return min(wait, _LONGEST_WAIT) if wait > timedelta(0) else None
