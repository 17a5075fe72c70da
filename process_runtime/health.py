"""Liveness and readiness, and the HTTP server that tells of them.

The server is up before Temporal is dialled and stays up while Temporal is away, so that an orchestrator can
tell "alive, waiting" from "dead".
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from process_runtime.config import ConfigError, ListenAddress
from process_runtime.metrics import Metrics

__all__ = ["Condition", "Health", "HttpServer", "create_app"]


@dataclass(frozen=True, slots=True)
class _Status:
    ready: bool
    reason: str
    message: str


class Condition:
    """One named thing that has to hold before this process is ready.

    Reasons are CamelCase words for machines, messages are for people; neither may hold a secret.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._status = _Status(ready=False, reason="Starting", message="not established yet")
        self._changed = asyncio.Event()

    @property
    def is_ready(self) -> bool:
        """Whether the condition holds now."""
        return self._status.ready

    def ready(self, reason: str = "Ok", message: str = "") -> None:
        """Say that the condition holds."""
        self._set(_Status(ready=True, reason=reason, message=message))

    def not_ready(self, reason: str, message: str) -> None:
        """Say that the condition does not hold, and why."""
        self._set(_Status(ready=False, reason=reason, message=message))

    async def wait_ready(self) -> None:
        """Return once the condition holds; at once if it does."""
        while not self._status.ready:
            await self._changed.wait()

    def as_dict(self) -> dict[str, str]:
        """The condition in the shape of a Kubernetes condition."""
        return {
            "type": self.name,
            "status": "True" if self._status.ready else "False",
            "reason": self._status.reason,
            "message": self._status.message,
        }

    def _set(self, status: _Status) -> None:
        self._status = status
        self._changed.set()
        self._changed = asyncio.Event()


class Health:
    """All conditions of a process. It is ready when there is at least one and all of them hold."""

    def __init__(self) -> None:
        self._conditions: dict[str, Condition] = {}

    def condition(self, name: str) -> Condition:
        """Return the condition of that name; a new one does not hold until somebody says so."""
        return self._conditions.setdefault(name, Condition(name))

    def __iter__(self) -> Iterator[Condition]:
        """Iterate over the conditions in the order in which they were first asked for."""
        return iter(list(self._conditions.values()))

    @property
    def is_ready(self) -> bool:
        """Whether there are conditions and all of them hold."""
        return bool(self._conditions) and all(condition.is_ready for condition in self)


def create_app(health: Health, metrics: Metrics) -> Starlette:
    """Return the application of ``/healthz``, ``/readyz`` and ``/metrics``; adapters may add routes to it."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        conditions = [condition.as_dict() for condition in health]
        return JSONResponse(
            {"ready": health.is_ready, "conditions": conditions},
            status_code=200 if health.is_ready else 503,
            headers={"Cache-Control": "no-store"},
        )

    async def metrics_page(request: Request) -> Response:
        body, content_type = metrics.exposition(request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": content_type})

    return Starlette(
        routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics_page)]
    )


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the service drains first and stops the server last."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class HttpServer:
    """Serves one application while the context is open."""

    def __init__(
        self,
        app: Starlette,
        address: ListenAddress,
        *,
        setting: str = "PORT_HTTP",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Listen.

        Args:
            app: What is served.
            address: Where.
            setting: What configured the address, for the error.
            tls: Certificates; None for plain HTTP.

        Raises:
            ConfigError: One cannot listen there.
        """
        self._server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=5,
                server_header=False,
                ssl_context_factory=None if tls is None else lambda _config, _default: tls,
            )
        )
        self._socket = _listen(address, setting)
        host, port = self._socket.getsockname()[:2]
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
        """Where the server listens, with the port it got."""
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._server.serve([self._socket]), name="http-server")
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await self._task


def _listen(address: ListenAddress, setting: str) -> socket.socket:
    family = socket.AF_INET6 if address.is_ipv6 else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address.host, address.port))
        # Listening now, not when the server's task first runs: whoever is told the port can connect.
        listener.listen(2048)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        mend = "another program listens there; stop it, or set another port (0 takes any free one)"
        detail = mend if taken else f"cannot listen there: {error.strerror or 'no such host'}"
        raise ConfigError([f"{setting}: {address.host}:{address.port}: {detail}"]) from None
    return listener
