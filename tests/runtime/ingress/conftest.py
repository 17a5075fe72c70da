"""A worker of the parcel process, and an ingress in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.worker import Worker

from process_runtime.config import IngressSettings, ListenAddress, load_settings
from process_runtime.connection import TemporalConnection
from process_runtime.health import Health, HttpServer, create_app
from process_runtime.ingress import Ingress, Subscription
from process_runtime.metrics import Metrics
from process_runtime.service import Service
from tests.runtime.ingress.dev_server import DevServer
from tests.runtime.ingress.parcels import ParcelRouter, ParcelWorkflow, ReceiptRouter, ReceiptWorkflow
from tests.runtime.ingress.rig import HTTP, RunningIngress, StartIngress


@pytest.fixture
async def client(temporal: DevServer) -> Client:
    return await temporal.connect()


@pytest.fixture
async def worker(client: Client) -> AsyncIterator[Worker]:
    async with Worker(client, task_queue="parcel", workflows=[ParcelWorkflow, ReceiptWorkflow]) as running:
        yield running


@pytest.fixture
def start_ingress(temporal: DevServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StartIngress:
    """Return a context manager that runs an ingress with the given environment."""

    @asynccontextmanager
    async def start(
        subscriptions: Sequence[Subscription] = (HTTP,), address: str = temporal.address, **environment: str
    ) -> AsyncIterator[RunningIngress]:
        monkeypatch.setenv("TEMPORAL_ADDRESS", address)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings = load_settings(IngressSettings)
        health, metrics = Health(), Metrics()
        metrics.__dict__["runtime"] = Runtime.default()
        connection = TemporalConnection(settings, identity="test", health=health, metrics=metrics)
        app = create_app(health, metrics)
        service = Service(
            health=health,
            metrics=metrics,
            connection=connection,
            app=app,
            identity="test",
            stopping=asyncio.Event(),
        )
        ingress = Ingress(settings, [ParcelRouter(), ReceiptRouter()], subscriptions)
        async with HttpServer(app, ListenAddress("127.0.0.1", 0)) as server:
            supervisor = asyncio.create_task(connection.run())
            task = asyncio.create_task(ingress.run(service))
            async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
                running = RunningIngress(http, service, task)
                try:
                    yield running
                finally:
                    service.stopping.set()
                    await asyncio.wait([task], timeout=10)
                    task.cancel()
                    supervisor.cancel()
                    await asyncio.wait([task, supervisor])

    return start
