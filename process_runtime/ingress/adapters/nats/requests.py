"""Commands as requests: each is answered with what became of it, the reply of an update included.

Errors are told of as services of NATS do.
https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-32.md
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from google.protobuf import json_format
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from process_runtime.ingress.adapter import AdapterContext
from process_runtime.ingress.adapters.nats.messages import raw_message
from process_runtime.ingress.adapters.nats.options import NatsAdapterOptions, shared_name
from process_runtime.ingress.events import EventResult, Outcome, RawMessage
from process_runtime.ingress.pipeline import Overloaded, Patience
from process_runtime.ingress.replies import TITLE, as_dict, batch_status, detail_of, members_of, status_of
from process_runtime.nats_connection import NatsConnection

__all__ = ["Requests"]

logger = logging.getLogger(__name__)

_PROTOBUF: Final = ("application/protobuf", "application/x-protobuf")
_RETRY_AFTER: Final = "2"
# What client libraries for NATS services read of an error: ADR-32.
_ERROR: Final = "Nats-Service-Error"
_ERROR_CODE: Final = "Nats-Service-Error-Code"

_Reply = tuple[HTTPStatus, dict[str, str], bytes]


class Requests:
    """Answers the requests of one subject, which a queue group of replicas shares."""

    def __init__(
        self, options: NatsAdapterOptions, subject: str, context: AdapterContext, changed: Callable[[], None]
    ) -> None:
        """Prepare to answer; `changed` is called when `is_up` has changed."""
        self._subject = subject
        shared = shared_name(context.processes, context.subscription.name)
        self._queue = options.request_queue or shared
        self._content_type = options.content_type
        self._patience = Patience(delivery=options.request_timeout, reply=options.reply_timeout)
        self._context = context
        self._changed = changed
        self._running: set[asyncio.Task[None]] = set()
        self.is_up = False
        """Whether requests are taken."""

    async def serve(self, connection: NatsConnection) -> None:
        """Answer requests until the ingress stops, those in flight included."""
        client = connection.client
        receive = partial(self._receive, client)
        subscription = await client.subscribe(self._subject, self._queue, cb=receive)
        await client.flush()
        self.is_up = True
        self._changed()
        try:
            await self._context.stopping.wait()
        finally:
            with contextlib.suppress(Error):
                await subscription.unsubscribe()
        if self._running:
            await asyncio.wait(self._running)

    async def _receive(self, client: Client, request: Msg) -> None:
        if not request.reply:
            # Nobody would learn that it came to nothing.
            logger.warning("%s: a request without a reply subject is not taken", self._subject)
            return
        task = asyncio.create_task(self._respond(client, request))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _respond(self, client: Client, request: Msg) -> None:
        status, headers, body = await self._answer(request)
        try:
            headers = {"Process-Status": str(status.value), **headers}
            await client.publish(request.reply, body, headers=headers)
        except (Error, OSError) as error:
            # The sender asks again, and gets the reply that its command got first.
            logger.warning("%s: an answer cannot be sent: %s", self._subject, type(error).__name__)

    async def _answer(self, request: Msg) -> _Reply:
        if self._context.stopping.is_set():
            return _come_again("this process is stopping")
        message = raw_message(
            request,
            subscription=self._context.subscription.name,
            position=f"{self._subject}/{uuid.uuid4()}",
            content_type=self._content_type,
        )
        try:
            results = await self._context.pipeline.answer(message, self._patience)
        except Overloaded:
            return _come_again("too many events are in flight")
        return _single(message, results[0]) if len(results) == 1 else _several(results)


def _single(message: RawMessage, result: EventResult) -> _Reply:
    if result.outcome is Outcome.RETRY:
        return _come_again(result.detail)
    if (rejection := result.rejection) is not None:
        more = {"Process-Reason": rejection.reason.value}
        if rejection.refusal is not None:
            more["Process-Rejection"] = rejection.refusal.type
        return _problem(
            status_of(rejection),
            TITLE[rejection.reason],
            detail_of(rejection),
            headers=more,
            **members_of(rejection),
        )
    headers = {"Process-Outcome": result.outcome.value, "Content-Type": "application/json"}
    if result.reply is None:
        return HTTPStatus.ACCEPTED, headers, json.dumps(as_dict(result)).encode()
    if message.content_type.partition(";")[0].strip().lower() in _PROTOBUF:
        headers["Content-Type"] = f'application/protobuf; messageType="{result.reply.DESCRIPTOR.full_name}"'
        return HTTPStatus.OK, headers, result.reply.SerializeToString()
    return HTTPStatus.OK, headers, json_format.MessageToJson(result.reply, indent=None).encode()


def _several(results: list[EventResult]) -> _Reply:
    """The answer to a batch, one result for each event in its order."""
    body: dict[str, Any] = {"results": [as_dict(result) for result in results]}
    status = batch_status(results)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return _come_again("an event of the batch has to come again; send all of it again", **body)
    if status not in (HTTPStatus.ACCEPTED, HTTPStatus.MULTI_STATUS):
        return _problem(status, "No event of the batch can succeed", "see results", **body)
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()


def _come_again(detail: str, **members: Any) -> _Reply:
    headers = {"Retry-After": _RETRY_AFTER, "Process-Outcome": Outcome.RETRY.value}
    title = "The event cannot be taken now"
    return _problem(HTTPStatus.SERVICE_UNAVAILABLE, title, detail, headers=headers, **members)


def _problem(
    status: HTTPStatus, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any
) -> _Reply:
    """A problem document, https://www.rfc-editor.org/rfc/rfc9457, told of in headers too."""
    body = {"title": title, "status": status, "detail": detail, **members}
    told = {
        # One line: what a process says when it refuses may be several.
        _ERROR: " ".join((detail or title).split()),
        _ERROR_CODE: str(status.value),
        "Content-Type": "application/problem+json",
    }
    return status, told | dict(headers or {}), json.dumps(body).encode()
