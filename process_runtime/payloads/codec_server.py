"""The codec server: decodes payloads for the Temporal UI and command line, which have no keys.

https://docs.temporal.io/codec-server
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from google.protobuf import json_format
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.common import RawValue
from temporalio.converter import DataConverter

from process_runtime.config import ConfigError, ListenAddress
from process_runtime.health import HttpServer
from process_runtime.payloads.errors import PayloadKeyError, PayloadStoreError

__all__ = ["codec_app", "read_token", "run_codec_server"]

logger = logging.getLogger(__name__)

# The UI asks for a page of events at once, each of at most 2 MiB, half as much again in base64.
_LARGEST_BODY: Final = 64 * 1024 * 1024
_SHORTEST_TOKEN: Final = 16


def codec_app(
    converter: DataConverter, *, origins: Sequence[str] = (), token: str | None = None
) -> Starlette:
    """Return the application of ``POST /decode`` and ``POST /encode``, also under ``/{namespace}``.

    A payload that cannot be decoded is returned as it is, so that the others of its page can be read; the log
    says why.

    Args:
        converter: Has the keys and the store.
        origins: Origins of web pages that may ask, e.g. ``https://temporal.example.com``.
        token: What ``Authorization: Bearer …`` has to hold; None asks for nothing.
    """

    async def decode(request: Request) -> Response:
        return await _answer(request, token, lambda payload: _decode(converter, payload))

    async def encode(request: Request) -> Response:
        return await _answer(request, token, lambda payload: _encode(converter, payload))

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            *(
                Route(f"{namespace}{path}", endpoint, methods=["POST"])
                for namespace in ("", "/{namespace}")
                for path, endpoint in (("/decode", decode), ("/encode", encode))
            ),
        ],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=list(origins),
                allow_methods=["POST"],
                allow_headers=["Authorization", "Content-Type", "X-Namespace"],
                allow_credentials=True,
            )
        ],
    )


def read_token(path: Path) -> str:
    """Return the bearer token in a file.

    Raises:
        ConfigError: There is none, or it is too short to be one.
    """
    try:
        token = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(["--token-file: cannot be read"]) from None
    if len(token) < _SHORTEST_TOKEN or not token.isascii():
        raise ConfigError([f"--token-file: holds no token of at least {_SHORTEST_TOKEN} ASCII characters"])
    return token


def run_codec_server(app: Starlette, address: ListenAddress, *, ready: Callable[[str], None]) -> None:
    """Serve `app` until SIGTERM or SIGINT.

    Args:
        app: Made by :func:`codec_app`.
        address: Where to listen.
        ready: Called with the URL once connections are taken.

    Raises:
        ConfigError: The port cannot be had.
    """

    async def serve() -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        async with HttpServer(app, address) as server:
            ready(server.url)
            await stopping.wait()

    asyncio.run(serve())


async def _answer(
    request: Request, token: str | None, change: Callable[[Payload], Awaitable[Payload]]
) -> Response:
    if token is not None and not _has_token(request, token):
        return PlainTextResponse(
            "a bearer token is needed\n", status_code=401, headers={"WWW-Authenticate": "Bearer"}
        )
    body = await _body(request)
    if body is None:
        return PlainTextResponse("the request is too large\n", status_code=413)
    try:
        payloads = json_format.Parse(body, Payloads(), ignore_unknown_fields=True).payloads
    except (json_format.ParseError, UnicodeDecodeError):
        return PlainTextResponse("the body is not a JSON temporal.api.common.v1.Payloads\n", status_code=400)
    changed = Payloads(payloads=[await change(payload) for payload in payloads])
    return Response(
        json_format.MessageToJson(changed, indent=None),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


async def _decode(converter: DataConverter, payload: Payload) -> Payload:
    try:
        # The raw value is the decoded payload: it is the reader who converts it.
        [value] = await converter.decode([payload], [RawValue])
    except (PayloadKeyError, PayloadStoreError) as error:
        logger.warning("a payload is returned as it is: %s", error)
        return payload
    except Exception as error:  # noqa: BLE001 - a bad reference, or a store that is anybody's
        logger.warning("a payload is returned as it is: %s", type(error).__name__)
        return payload
    decoded: Payload = value.payload
    return decoded


async def _encode(converter: DataConverter, payload: Payload) -> Payload:
    [encoded] = await converter.encode([RawValue(payload)])
    return encoded


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            return None
    return bytes(body)


def _has_token(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
