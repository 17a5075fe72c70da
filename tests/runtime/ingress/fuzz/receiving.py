"""How each adapter makes its messages out of what it receives, with the adapter's own code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from confluent_kafka import Message
from nats.aio.client import Client
from nats.aio.msg import Msg
from starlette.applications import Starlette
from starlette.requests import Request

from process_runtime.health import Condition
from process_runtime.ingress.adapter import AdapterContext
from process_runtime.ingress.adapters.http.endpoint import Endpoint
from process_runtime.ingress.adapters.http.options import HttpOptions
from process_runtime.ingress.adapters.jsonl import JsonLinesAdapter, JsonLinesOptions
from process_runtime.ingress.adapters.kafka.messages import raw_message as kafka_message
from process_runtime.ingress.adapters.nats.messages import raw_message as nats_message
from process_runtime.ingress.events import EventResult, RawMessage
from process_runtime.ingress.pipeline import Patience
from process_runtime.metrics import Metrics
from tests.runtime.ingress.fuzz.mutations import Sent
from tests.runtime.ingress.rig import HTTP


class Sink:
    """Takes messages in the place of a pipeline."""

    max_event_bytes = 1_000_000

    def __init__(self, sink: Callable[[RawMessage], None]) -> None:
        self._sink = sink

    async def answer(self, message: RawMessage, patience: Patience) -> list[EventResult]:
        self._sink(message)
        return []

    async def take(self, message: RawMessage) -> asyncio.Future[bool]:
        self._sink(message)
        settled: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        settled.set_result(True)
        return settled


def context(sink: Callable[[RawMessage], None]) -> AdapterContext:
    pipeline: Any = Sink(sink)
    return AdapterContext(
        subscription=HTTP,
        pipeline=pipeline,
        condition=Condition("fuzz"),
        metrics=Metrics(),
        app=Starlette(),
        stopping=asyncio.Event(),
    )


async def over_http(messages: list[Sent], sink: Callable[[RawMessage], None]) -> None:
    """As requests that a server has parsed, with whatever bytes in their headers."""
    endpoint = Endpoint(HttpOptions(), context(sink))
    for message in messages:
        headers = [(name.lower(), value or b"") for name, value in message.headers]
        scope = {"type": "http", "method": "POST", "path": "/events", "query_string": b"", "headers": headers}
        chunks = [message.body[:100], message.body[100:]]

        async def receive(chunks: list[bytes] = chunks) -> dict[str, Any]:
            return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

        answer = await endpoint.post(Request(scope, receive))
        assert answer.status_code in (202, 415)


async def over_lines(messages: list[Sent], sink: Callable[[RawMessage], None], folder: Path) -> None:
    """As lines of a file."""
    path = folder / "events.jsonl"
    path.write_bytes(b"".join(message.body.replace(b"\n", b" ") + b"\n" for message in messages))
    await JsonLinesAdapter(JsonLinesOptions(path=str(path), follow=False)).run(context(sink))


def over_kafka(messages: list[Sent], sink: Callable[[RawMessage], None]) -> None:
    """As messages that librdkafka hands out; it has read the names of headers as UTF-8."""
    for number, message in enumerate(messages):
        # No value at all is a tombstone, which is never decoded.
        received = Message(
            topic="parcels",
            partition=0,
            offset=number,
            key=message.key,
            value=message.body,
            headers=[(name.decode("utf-8", "replace"), value) for name, value in message.headers],
        )
        sink(kafka_message(received, subscription="parcels", content_type=""))


def over_nats(messages: list[Sent], sink: Callable[[RawMessage], None]) -> None:
    """As messages whose headers the client has parsed."""
    client: Any = None
    for number, message in enumerate(messages):
        block = b"".join(b"%b: %b\r\n" % (name, value or b"") for name, value in message.headers)
        received = Msg(
            _client=client,
            subject="parcels",
            data=message.body,
            headers=Client._parse_header_lines(block) or None,
        )
        sink(nats_message(received, subscription="parcels", position=f"parcels@{number}", content_type=""))
