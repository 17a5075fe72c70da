"""Answers the requests of one subscription."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Final

from cloudevents.core.bindings.http import CE_PREFIX
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from process_runtime.ingress.adapter import AdapterContext
from process_runtime.ingress.adapters.http import answers
from process_runtime.ingress.adapters.http.bearer import BearerTokens
from process_runtime.ingress.adapters.http.options import HttpOptions
from process_runtime.ingress.adapters.http.rate import ClientRates
from process_runtime.ingress.events import RawMessage, Reason, Rejection
from process_runtime.ingress.pipeline import Overloaded, Patience

__all__ = ["Endpoint"]

_MAX_REQUESTS: Final = 1000
"""Requests that are read or answered at once."""

# Only what helps to understand or to send again a dead letter; never what authenticates the sender.
_KEPT_HEADERS: Final = frozenset(
    {"content-type", "traceparent", "tracestate", "baggage", "user-agent", "x-request-id", "x-correlation-id"}
)
_ROUTE: Final = "/events/{subscription}"
_WAIT: Final = re.compile(r"(?:^|[,;\s])wait\s*=\s*(\d{1,6})\s*(?:[,;]|$)", re.IGNORECASE)


class _TooLarge(Exception):  # noqa: N818  (of the request, not of the program)
    pass


class _TooSlow(Exception):  # noqa: N818  (of the request, not of the program)
    pass


class _Full(Exception):  # noqa: N818  (expected in operation)
    pass


class Endpoint:
    """Takes the requests of one subscription, as many as it may hold."""

    def __init__(self, options: HttpOptions, context: AdapterContext) -> None:
        self._options = options
        self._context = context
        self._patience = Patience(delivery=options.request_timeout, reply=options.reply_timeout)
        self._tokens = (
            BearerTokens.of_files(options.bearer_token_files) if options.bearer_token_files else None
        )
        self._rates = ClientRates(options.rate, options.burst) if options.rate is not None else None
        self._requests = 0
        self._buffered = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def idle(self) -> None:
        """Wait until every request is answered."""
        await self._idle.wait()

    async def post(self, request: Request) -> Response:
        """Take the events of one request."""
        with self._context.telemetry.request("POST", _ROUTE, request.headers) as span:
            response = await self._post(request)
            span.answered(response.status_code)
            return response

    async def _post(self, request: Request) -> Response:
        if (refusal := self._refused(request)) is not None:
            return refusal
        self._requests += 1
        self._idle.clear()
        try:
            return await self._answer(request)
        finally:
            self._requests -= 1
            if not self._requests:
                self._idle.set()

    def _refused(self, request: Request) -> Response | None:
        """The answer that needs no body."""
        if self._context.stopping.is_set():
            return self._come_again("this process is stopping")
        if self._requests >= _MAX_REQUESTS:
            return self._come_again("too many requests are in flight")
        authorization = request.headers.get("authorization", "")
        holder = self._tokens.holder(authorization) if self._tokens is not None else None
        if self._rates is not None:
            # A stranger's tries count as those of the address.
            client = holder or (request.client.host if request.client else "")
            if wait := self._rates.wait(client):
                self._count("rate_limited")
                return answers.too_many(wait)
        if self._tokens is not None and holder is None:
            self._count("unauthorized")
            return answers.unauthorized(presented=bool(authorization))
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            return answers.encoding_unsupported()
        return None

    async def _answer(self, request: Request) -> Response:
        try:
            async with self._body(request) as body:
                return await self._put_through(request, body)
        except ClientDisconnect:
            # Nobody reads the answer; without one the server would log a crash.
            return self._come_again("the body did not arrive whole")
        except _TooSlow:
            return answers.too_slow()
        except _Full:
            return self._come_again("too many bytes are in flight")
        except _TooLarge:
            self._count(Reason.TOO_LARGE)
            detail = f"the body has more than {self._options.max_body_bytes} bytes"
            return answers.rejected(Rejection(Reason.TOO_LARGE, detail))

    async def _put_through(self, request: Request, body: bytes) -> Response:
        message = RawMessage(
            subscription=self._context.subscription.name,
            adapter="http",
            position=f"http/{uuid.uuid4()}",
            body=body,
            content_type=request.headers.get("content-type", ""),
            headers={
                name: value
                for name, value in request.headers.items()
                if name in _KEPT_HEADERS or name.startswith(CE_PREFIX)
            },
        )
        try:
            results = await self._context.pipeline.answer(message, self._patience_of(request))
        except Overloaded:
            return self._come_again("too many events are in flight")
        return answers.results(results, self._options.retry_after)

    def _patience_of(self, request: Request) -> Patience:
        """As configured; a sender may ask for less, https://www.rfc-editor.org/rfc/rfc7240#section-4.3."""
        preferred = _WAIT.search(request.headers.get("prefer", ""))
        if preferred is None:
            return self._patience
        return replace(self._patience, reply=min(self._patience.reply, timedelta(seconds=int(preferred[1]))))

    @asynccontextmanager
    async def _body(self, request: Request) -> AsyncIterator[bytes]:
        """The body, counted among what is held; it is not read further than what is taken."""
        limit, length = self._options.max_body_bytes, request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit:
            raise _TooLarge
        body = bytearray()
        held = 0
        try:
            try:
                async with asyncio.timeout(self._options.body_timeout.total_seconds()):
                    async for chunk in request.stream():
                        held += len(chunk)
                        self._buffered += len(chunk)
                        if held > limit:
                            raise _TooLarge
                        if self._buffered > self._options.max_buffered_bytes:
                            raise _Full
                        body += chunk
            except TimeoutError:
                raise _TooSlow from None
            yield bytes(body)
        finally:
            self._buffered -= held

    def _come_again(self, detail: str) -> Response:
        return answers.come_again(detail, self._options.retry_after)

    def _count(self, outcome: str) -> None:
        self._context.metrics.events.labels("", self._context.subscription.name, outcome).inc()
