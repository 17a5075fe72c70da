"""HTTP: events posted to ``/events`` or ``/events/{subscription}`` on ``PORT_HTTP``.

The answer says what became of the events: 202 when Temporal has them, 200 with the reply of an update, 4xx
with a problem document (RFC 9457) for what can never succeed, 503 with ``Retry-After`` while Temporal is
away, and 207 with one result for each event of a batch of which only a part was taken.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any, ClassVar, Final

from cloudevents.core.bindings.http import CE_PREFIX
from google.protobuf import json_format
from google.protobuf.message import Message
from pydantic import Field
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from process_runtime.config import Duration
from process_runtime.ingress.adapter import AdapterContext, AdapterOptions
from process_runtime.ingress.events import EventResult, Outcome, RawMessage, Reason, Rejection
from process_runtime.ingress.pipeline import Overloaded, Patience

__all__ = ["HttpAdapter", "HttpOptions"]

_MAX_REQUESTS: Final = 1000
"""Requests whose bodies are held at once."""

_STATUS: Final = {
    Reason.UNDECODABLE: HTTPStatus.BAD_REQUEST,
    Reason.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.UNKNOWN_TYPE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.LATE: HTTPStatus.CONFLICT,
    Reason.NO_PROCESS: HTTPStatus.CONFLICT,
    Reason.REJECTED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
_TITLE: Final = {
    Reason.UNDECODABLE: "The message cannot be decoded",
    Reason.INVALID: "The event is invalid",
    Reason.UNKNOWN_TYPE: "The event type is unknown",
    Reason.LATE: "The process has closed",
    Reason.NO_PROCESS: "No process runs for this key",
    Reason.REJECTED: "The process refused the command",
    Reason.TOO_LARGE: "The message is too large",
}
# Only what helps to understand or to send again a dead letter; never what authenticates the sender.
_KEPT_HEADERS: Final = frozenset(
    {"content-type", "traceparent", "tracestate", "baggage", "user-agent", "x-request-id", "x-correlation-id"}
)


class HttpOptions(AdapterOptions):
    """Options of a binding of kind ``http``."""

    max_body_bytes: int = Field(default=4_000_000, ge=1)
    """Largest body, in bytes; a batch is one body."""
    request_timeout: Duration = timedelta(seconds=10)
    """How long to try before the sender is told to come again."""
    reply_timeout: Duration = timedelta(seconds=30)
    """How long to wait for the reply of an update once the process has it."""
    retry_after: int = Field(default=2, ge=1)
    """Seconds in the ``Retry-After`` header."""


class HttpAdapter:
    """Takes events by POST and answers what became of them."""

    options_type: ClassVar[type[AdapterOptions]] = HttpOptions

    def __init__(self, options: HttpOptions) -> None:
        self._options = options

    async def run(self, context: AdapterContext) -> None:
        """Take events until stopped; requests in flight are answered as the server closes."""
        endpoint = _Endpoint(self._options, context)
        _endpoints(context.app)[context.subscription.name] = endpoint
        context.condition.ready()
        await context.stopping.wait()
        context.condition.not_ready("Stopping", "this process is stopping")
        await endpoint.idle()


def _endpoints(app: Starlette) -> dict[str, _Endpoint]:
    """The endpoints of this application by subscription; the first adapter adds the routes."""
    if not hasattr(app.state, "event_endpoints"):
        endpoints: dict[str, _Endpoint] = {}
        app.state.event_endpoints = endpoints

        async def post(request: Request) -> Response:
            name = request.path_params.get("subscription")
            endpoint = endpoints.get(name) if name else next(iter(endpoints.values()))
            if endpoint is None or (not name and len(endpoints) > 1):
                names = ", ".join(sorted(endpoints))
                detail = f"POST to /events/SUBSCRIPTION; there are: {names}"
                return _problem(HTTPStatus.NOT_FOUND, "not_found", "No such subscription", detail)
            return await endpoint.post(request)

        app.router.routes += [
            Route("/events", post, methods=["POST"]),
            Route("/events/{subscription}", post, methods=["POST"]),
        ]
    found: dict[str, _Endpoint] = app.state.event_endpoints
    return found


class _Endpoint:
    """Answers the requests of one subscription."""

    def __init__(self, options: HttpOptions, context: AdapterContext) -> None:
        self._options = options
        self._context = context
        self._patience = Patience(delivery=options.request_timeout, reply=options.reply_timeout)
        self._requests = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def idle(self) -> None:
        """Wait until every request is answered."""
        await self._idle.wait()

    async def post(self, request: Request) -> Response:
        """Take the events of one request."""
        if self._context.stopping.is_set():
            return self._come_again("this process is stopping")
        if self._requests >= _MAX_REQUESTS:
            return self._come_again("too many requests are in flight")
        self._requests += 1
        self._idle.clear()
        try:
            return await self._answer(request)
        finally:
            self._requests -= 1
            if not self._requests:
                self._idle.set()

    async def _answer(self, request: Request) -> Response:
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            detail = "send the body without a content encoding"
            return _problem(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "undecodable", "The encoding is not supported", detail
            )
        try:
            body = await _read(request, self._options.max_body_bytes)
        except ClientDisconnect:
            # Nobody reads the answer; without one the server would log a crash.
            return self._come_again("the body did not arrive whole")
        if body is None:
            self._context.metrics.events.labels("", self._context.subscription.name, Reason.TOO_LARGE).inc()
            detail = f"the body has more than {self._options.max_body_bytes} bytes"
            return _rejected(Rejection(Reason.TOO_LARGE, detail))
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
            results = await self._context.pipeline.answer(message, self._patience)
        except Overloaded:
            return self._come_again("too many events are in flight")
        if len(results) == 1:
            return self._single(results[0])
        return self._several(results)

    def _single(self, result: EventResult) -> Response:
        if result.outcome is Outcome.RETRY:
            return self._come_again(result.detail)
        if result.rejection is not None:
            return _rejected(result.rejection)
        status = HTTPStatus.OK if result.reply is not None else HTTPStatus.ACCEPTED
        return JSONResponse(_as_dict(result), status_code=status)

    def _several(self, results: Sequence[EventResult]) -> Response:
        """The answer for a batch, one result for each event in its order.

        If any has to come again the whole batch has to: what was taken already is recognised by its
        idempotency key.
        """
        body = {"results": [_as_dict(result) for result in results]}
        if any(result.outcome is Outcome.RETRY for result in results):
            return JSONResponse(
                body,
                status_code=HTTPStatus.SERVICE_UNAVAILABLE,
                headers={"Retry-After": str(self._options.retry_after)},
            )
        rejections = [result.rejection for result in results if result.rejection is not None]
        if not rejections:
            return JSONResponse(body, status_code=HTTPStatus.ACCEPTED)
        if len(rejections) < len(results):
            return JSONResponse(body, status_code=HTTPStatus.MULTI_STATUS)
        statuses = {_STATUS[rejection.reason] for rejection in rejections}
        status = statuses.pop() if len(statuses) == 1 else HTTPStatus.UNPROCESSABLE_ENTITY
        return _problem(status, "batch", "No event of the batch can succeed", "see results", **body)

    def _come_again(self, detail: str) -> Response:
        response = _problem(HTTPStatus.SERVICE_UNAVAILABLE, "retry", "The event cannot be taken now", detail)
        response.headers["Retry-After"] = str(self._options.retry_after)
        return response


async def _read(request: Request, limit: int) -> bytes | None:
    """The body, or None if it is longer than `limit`; then it is not read to its end."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _as_dict(result: EventResult) -> dict[str, Any]:
    if result.rejection is not None:
        return {"outcome": result.outcome, "detail": _detail(result.rejection), **_members(result.rejection)}
    fields: dict[str, Any] = {
        "outcome": result.outcome,
        "workflowId": result.workflow_id,
        "eventType": result.event_type,
    }
    if result.reply is not None:
        fields["reply"] = json_format.MessageToDict(result.reply)
    if result.detail:
        fields["detail"] = result.detail
    return fields


def _rejected(rejection: Rejection) -> Response:
    unsupported = rejection.unsupported_media_type
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE if unsupported else _STATUS[rejection.reason]
    title = _TITLE[rejection.reason]
    return _problem(status, rejection.reason, title, _detail(rejection), **_members(rejection))


def _detail(rejection: Rejection) -> str:
    return rejection.detail if rejection.refusal is None else rejection.refusal.message


def _members(rejection: Rejection) -> dict[str, Any]:
    """What a program reads of a rejection."""
    if rejection.refusal is None:
        return {"reason": rejection.reason}
    refusal = {
        "type": rejection.refusal.type,
        "message": rejection.refusal.message,
        "details": [_as_json(detail) for detail in rejection.refusal.details],
    }
    return {"reason": rejection.reason, "rejection": refusal}


def _as_json(value: Any) -> Any:
    return json_format.MessageToDict(value) if isinstance(value, Message) else value


def _problem(status: HTTPStatus, kind: str, title: str, detail: str, **members: Any) -> Response:
    """A problem document, https://www.rfc-editor.org/rfc/rfc9457."""
    return JSONResponse(
        {
            "type": f"urn:process:problem:{kind}",
            "title": title,
            "status": status,
            "detail": detail,
            **members,
        },
        status_code=status,
        media_type="application/problem+json",
    )
