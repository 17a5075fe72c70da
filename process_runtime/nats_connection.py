"""Connections to NATS: how a binding names the servers and proves who it is, and what is done when they go.

A connection that is lost is not mended but replaced, by whoever uses it: nothing that one connection left
behind is then taken for the next one's.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import Coroutine, Mapping
from types import TracebackType
from typing import Annotated, Any, Final, Self
from urllib.parse import urlsplit

from nats.aio.client import Client
from nats.errors import AuthorizationError, Error, NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError
from pydantic import BeforeValidator, Field, FilePath, field_validator, model_validator

from process_runtime.bindings import BindingOptions

__all__ = [
    "JetStream",
    "JetStreamError",
    "NatsAway",
    "NatsConnection",
    "NatsLink",
    "NatsOptions",
    "seconds_as_nanoseconds",
]

_CONNECT_SECONDS: Final = 5.0
_CLOSE_SECONDS: Final = 2.0
_PROBE_INTERVAL: Final = 1.0
_PROBE_SECONDS: Final = 2.0  # with the interval, less than the 5 s within which readiness has to tell
_REQUEST_SECONDS: Final = 5.0
_SCHEMES: Final = ("nats", "tls", "ws", "wss")


class NatsAway(Exception):  # noqa: N818  (expected in operation)
    """NATS cannot be used now. Says why, without an address or a secret."""


class JetStreamError(Exception):
    """JetStream refused a request.

    Attributes:
        code: Its number for this error (``err_code``), e.g. 10059 for a stream that does not exist.
    """

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code


def _as_list(value: object) -> object:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


class NatsOptions(BindingOptions):
    """Where NATS is, and who we are there. Secrets are files, read again at every connection."""

    servers: Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]
    """One or more URLs, as a list or with commas between: ``nats://nats:4222``."""
    credentials_file: FilePath | None = None
    """A user's JWT and seed, as ``nsc`` writes them."""
    nkey_seed_file: FilePath | None = None
    user: str | None = None
    password_file: FilePath | None = None
    token_file: FilePath | None = None
    tls_ca_file: FilePath | None = None
    """The authority that signed the server's certificate; the system's unless set."""
    tls_cert_file: FilePath | None = None
    tls_key_file: FilePath | None = None
    tls_server_name: str | None = None
    """The name expected in the server's certificate, if not the URL's."""
    tls_first: bool = False
    """Whether the TLS handshake comes before the server's greeting (``handshake_first``)."""
    domain: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]+$")
    """JetStream domain, for instance of a leaf node's hub."""

    @field_validator("servers")
    @classmethod
    def _without_secrets(cls, servers: list[str]) -> list[str]:
        for server in servers:
            parts = urlsplit(server)
            if parts.scheme not in _SCHEMES or not parts.hostname:
                raise ValueError("write URLs such as nats://nats:4222 or tls://nats:4222")
            if parts.username is not None:
                raise ValueError("a URL holds no credentials; name the file that does in password_file")
        return servers

    @model_validator(mode="after")
    def _one_identity(self) -> Self:
        ways = [self.credentials_file, self.nkey_seed_file, self.user, self.token_file]
        if sum(way is not None for way in ways) > 1:
            raise ValueError("choose one of credentials_file, nkey_seed_file, user and token_file")
        if (self.user is None) != (self.password_file is None):
            raise ValueError("user and password_file come together")
        if (self.tls_cert_file is None) != (self.tls_key_file is None):
            raise ValueError("tls_cert_file and tls_key_file come together")
        return self

    def connect_arguments(self) -> dict[str, Any]:
        """Return these options as arguments of `nats.aio.client.Client.connect`, files read.

        Raises:
            OSError: A file cannot be read, or is no certificate.
        """
        arguments: dict[str, Any] = {"servers": self.servers}
        if self.credentials_file is not None:
            arguments["user_credentials"] = str(self.credentials_file)
        if self.nkey_seed_file is not None:
            arguments["nkeys_seed"] = str(self.nkey_seed_file)
        if self.password_file is not None:
            arguments["user"] = self.user
            arguments["password"] = self.password_file.read_text(encoding="utf-8").strip()
        if self.token_file is not None:
            arguments["token"] = self.token_file.read_text(encoding="utf-8").strip()
        if self.tls_ca_file or self.tls_cert_file or any(url.startswith("tls:") for url in self.servers):
            context = ssl.create_default_context(cafile=self.tls_ca_file)
            if self.tls_cert_file is not None:
                context.load_cert_chain(self.tls_cert_file, self.tls_key_file)
            arguments |= {"tls": context, "tls_handshake_first": self.tls_first}
            if self.tls_server_name is not None:
                arguments["tls_hostname"] = self.tls_server_name
        return arguments


class NatsConnection:
    """One connection, from when it is opened until it is lost."""

    def __init__(self, options: NatsOptions, *, name: str) -> None:
        """Prepare a connection that the server knows as `name`."""
        self._options = options
        self._name = name
        self._tasks: set[asyncio.Task[None]] = set()
        self.client = Client()
        self.lost = asyncio.Event()
        """Set once the connection cannot be used any longer."""
        self.jetstream = JetStream(self.client, options.domain)

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            NatsAway: No server could be reached in time, or none takes us.
        """
        problems: list[Exception] = []

        async def failed(error: Exception) -> None:
            problems.append(error)

        async def closed() -> None:
            self.lost.set()

        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self.client.connect(
                    **self._options.connect_arguments(),
                    name=self._name,
                    allow_reconnect=False,
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                    error_cb=failed,
                    closed_cb=closed,
                )
        except Exception as error:  # noqa: BLE001  (whatever a broken peer makes the library raise)
            self._abandon()
            raise NatsAway(_reason([*problems, error])) from None
        except BaseException:
            self._abandon()
            raise
        self._spawn(self._probe())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, having sent what is to be sent if the connection still stands."""
        self.lost.set()
        # Apart, since the library swallows a cancellation that meets it while it writes.
        await asyncio.wait([self._abandon()], timeout=_CLOSE_SECONDS)
        for task in self._tasks:
            task.cancel()

    async def _probe(self) -> None:
        """Ask for a sign of life again and again: a host that is gone closes no connection."""
        while not self.lost.is_set():
            await asyncio.sleep(_PROBE_INTERVAL)
            sign = self._spawn(self.client.flush())
            await asyncio.wait([sign], timeout=_PROBE_SECONDS)
            if not sign.done() or sign.cancelled() or sign.exception() is not None:
                sign.cancel()
                self.lost.set()
                self._abandon()

    def _abandon(self) -> asyncio.Task[None]:
        """Close without waiting: what is not sent yet may never be."""

        async def close() -> None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self.client.close()

        return self._spawn(close())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class NatsLink:
    """A connection for those who need one only now and then: opened when asked for, replaced when lost."""

    def __init__(self, options: NatsOptions, *, name: str) -> None:
        self._options = options
        self._name = name
        self._connection: NatsConnection | None = None
        self._opening: asyncio.Task[NatsConnection] | None = None

    async def connection(self) -> NatsConnection:
        """Return a connection that is not known to be lost.

        Raises:
            NatsAway: There is none, and none can be made.
        """
        if self._connection is not None and not self._connection.lost.is_set():
            return self._connection
        # One attempt at a time, and its failure is that of all who wait.
        if self._opening is None or self._opening.done():
            opened = NatsConnection(self._options, name=self._name)
            self._opening = asyncio.create_task(opened.__aenter__())
        self._connection = await asyncio.shield(self._opening)
        return self._connection

    async def close(self) -> None:
        """Close the connection if there is one."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait([self._opening])
            if not self._opening.cancelled() and self._opening.exception() is None:
                self._connection = self._opening.result()
        if self._connection is not None:
            await self._connection.__aexit__(None, None, None)
            self._connection = None


class JetStream:
    """Requests to JetStream's API; for those that the client library has no function for yet."""

    def __init__(self, client: Client, domain: str | None) -> None:
        self._client = client
        self._prefix = f"$JS.{domain}.API" if domain else "$JS.API"

    @property
    def prefix(self) -> str:
        """What the subjects of the API begin with."""
        return self._prefix

    async def request(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the answer to a request.

        Args:
            path: Its subject behind the prefix, e.g. ``CONSUMER.INFO.orders.ingress``.
            body: Becomes JSON.

        Raises:
            JetStreamError: The request is refused.
            NatsAway: There is no answer.
        """
        payload = b"" if body is None else json.dumps(body).encode()
        try:
            answer = await self._client.request(f"{self._prefix}.{path}", payload, timeout=_REQUEST_SECONDS)
            tree: dict[str, Any] = json.loads(answer.data)
        except NoRespondersError:
            raise NatsAway(
                "JetStream does not answer: it is off, has no leader, or is not for this user"
            ) from None
        except (NatsTimeoutError, TimeoutError):
            raise NatsAway(f"JetStream did not answer within {_REQUEST_SECONDS:g} s") from None
        except (Error, OSError, ValueError) as error:
            raise NatsAway(_reason([error])) from None
        if "error" in tree:
            problem = tree["error"]
            raise JetStreamError(int(problem.get("err_code", 0)), str(problem.get("description", "")))
        return tree


def seconds_as_nanoseconds(seconds: float) -> int:
    """Return a duration as JetStream writes it."""
    return int(seconds * 1_000_000_000)


def _reason(errors: list[Exception]) -> str:
    """What to tell of a failed connection: the library's texts may hold addresses."""
    for error in errors:
        if isinstance(error, AuthorizationError) or "authorization" in str(error).lower():
            return "NATS refuses these credentials"
        if isinstance(error, ssl.SSLError):
            return f"TLS with NATS fails ({error.reason or type(error).__name__})"
        if isinstance(error, FileNotFoundError | PermissionError):
            return "a file of credentials or certificates cannot be read"
    telling = next((error for error in errors if not isinstance(error, TimeoutError)), None)
    return f"NATS cannot be reached ({type(telling).__name__ if telling else 'no answer in time'})"
