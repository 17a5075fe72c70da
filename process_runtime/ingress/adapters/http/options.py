"""What a binding of kind ``http`` says."""

from __future__ import annotations

import ssl
from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from process_runtime.bindings import BindingOptions
from process_runtime.ingress.adapter import AdapterOptions
from process_runtime.ingress.adapters.http.bearer import BearerTokens
from process_runtime.setting_types import Count, Duration, ListenSetting, PositiveDuration, Rate

__all__ = ["HttpOptions", "TlsOptions"]


class TlsOptions(BindingOptions):
    """Where certificates are; all in PEM."""

    certificate_file: Path
    """The server's certificate, with the chain behind it."""
    key_file: Path
    """Its private key."""
    client_ca_file: Path | None = None
    """The authorities of clients' certificates. With it a connection without one is refused."""

    @model_validator(mode="after")
    def _usable(self) -> Self:
        try:
            self.context()
        except (OSError, ValueError):
            # The library's texts name functions of OpenSSL, and ssl.SSLError is an OSError.
            raise ValueError(
                "the files are no certificate with its key, or no authorities, in PEM; "
                "mount them, and let this user read them"
            ) from None
        return self

    def context(self) -> ssl.SSLContext:
        """Return the context of a server, read from the files.

        Raises:
            OSError: A file cannot be read, or is none in PEM, or certificate and key do not fit.
        """
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate_file, self.key_file)
        if self.client_ca_file is not None:
            context.load_verify_locations(self.client_ca_file)
            context.verify_mode = ssl.CERT_REQUIRED
        return context


class HttpOptions(AdapterOptions):
    """Options of a binding of kind ``http``."""

    max_body_bytes: int = Field(default=4_000_000, ge=1)
    """Largest body, in bytes; a batch is one body."""
    max_buffered_bytes: int = Field(default=64_000_000, ge=1)
    """Most bytes of bodies held at once; beyond them senders are told to come again."""
    body_timeout: PositiveDuration = timedelta(seconds=30)
    """How long a body may take to arrive."""
    request_timeout: Duration = timedelta(seconds=10)
    """How long to try before the sender is told to come again."""
    reply_timeout: Duration = timedelta(seconds=30)
    """How long to wait for the reply of an update once the process has it."""
    retry_after: int = Field(default=2, ge=1)
    """Seconds in the ``Retry-After`` header."""
    bearer_token_files: tuple[Path, ...] = ()
    """Files with the tokens of senders, one a line; a request without one of them is refused."""
    rate: Rate | None = None
    """Requests a second that each client may send: a bearer token, or an address without tokens."""
    burst: Count | None = None
    """Requests that may come at once; as many as come in a second if it is unset."""
    listen: ListenSetting | None = None
    """An address of this subscription's own, in the place of ``PORT_HTTP``."""
    tls: TlsOptions | None = None
    """Certificates; with `listen` only, since whoever asks ``PORT_HTTP`` for readiness has none."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.tls is not None and self.listen is None:
            raise ValueError("tls needs listen: an address of its own, beside that of /healthz and /readyz")
        if self.burst is not None and self.rate is None:
            raise ValueError("burst needs rate")
        if self.bearer_token_files:
            BearerTokens.of_files(self.bearer_token_files)
        return self
