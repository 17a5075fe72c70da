"""The HTTP adapter behind a real server, with a recorder in the place of the pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.applications import Starlette

from process_runtime.config import ListenAddress
from process_runtime.health import Condition, HttpServer
from process_runtime.ingress.adapter import AdapterContext
from process_runtime.ingress.adapters.http import HttpAdapter, HttpOptions
from process_runtime.ingress.events import EventResult, RawMessage
from process_runtime.ingress.pipeline import Patience
from process_runtime.metrics import Metrics
from tests.runtime.ingress.rig import HTTP


class RecordingHttp:
    """Keeps what the adapter hands on."""

    max_event_bytes = 1_000_000
    http: httpx.AsyncClient
    """Of the common server."""

    def __init__(self) -> None:
        self.messages: list[RawMessage] = []
        self.patience: list[Patience] = []
        self.metrics = Metrics()
        self.answering = asyncio.Event()
        """Nothing is answered before it is set."""
        self.answering.set()

    @property
    def port(self) -> int:
        port = self.http.base_url.port
        assert port is not None
        return port

    async def answer(self, message: RawMessage, patience: Patience) -> list[EventResult]:
        self.messages.append(message)
        self.patience.append(patience)
        await self.answering.wait()
        return []

    def counted(self, outcome: str) -> float:
        labels = {"process": "", "subscription": "parcels", "outcome": outcome}
        return self.metrics.registry.get_sample_value("process_ingress_events_total", labels) or 0.0


@asynccontextmanager
async def recording_http(options: HttpOptions | None = None) -> AsyncIterator[RecordingHttp]:
    """Run the adapter."""
    app, stopping, recording = Starlette(), asyncio.Event(), RecordingHttp()
    pipeline: Any = recording
    condition = Condition("http")
    context = AdapterContext(
        subscription=HTTP,
        pipeline=pipeline,
        condition=condition,
        metrics=recording.metrics,
        app=app,
        stopping=stopping,
    )
    async with (
        HttpServer(app, ListenAddress("127.0.0.1", 0)) as server,
        httpx.AsyncClient(base_url=server.url, timeout=60) as recording.http,
    ):
        adapter = asyncio.create_task(HttpAdapter(options or HttpOptions()).run(context))
        ready = asyncio.create_task(condition.wait_ready())
        await asyncio.wait([adapter, ready], return_when=asyncio.FIRST_COMPLETED)
        assert ready.done(), adapter.exception()
        try:
            yield recording
        finally:
            recording.answering.set()
            stopping.set()
            await adapter


async def over_connection(port: int, request: bytes) -> bytes:
    """Send raw bytes, and return what comes until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(60):
        answer = await reader.read()
    writer.close()
    return answer
