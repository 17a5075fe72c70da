"""An ingress in the test's own process: its HTTP side, its service, and when it is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import httpx

from process_runtime.ingress import Subscription
from process_runtime.service import Service

HTTP = Subscription("parcels", "http", "parcels")


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until `holds`; so long that only what never comes is given up."""
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@dataclass
class RunningIngress:
    http: httpx.AsyncClient
    service: Service
    task: asyncio.Task[None]

    def metric(self, name: str, **labels: str) -> float:
        return self.service.metrics.registry.get_sample_value(name, labels) or 0.0

    async def ready(self) -> None:
        """Wait until /readyz says so."""
        async with asyncio.timeout(60):
            while (await self.http.get("/readyz")).status_code != 200:
                assert not self.task.done(), self.task.exception()
                await asyncio.sleep(0.02)

    async def not_ready(self) -> dict[str, Any]:
        """Wait until /readyz says no, and return what it says."""
        async with asyncio.timeout(60):
            while (answer := await self.http.get("/readyz")).status_code != 503:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        conditions: dict[str, Any] = answer.json()
        return conditions

    async def counted(self, outcome: str, *, at_least: float = 1, process: str = "parcel") -> None:
        """Wait until so many events of the subscription `parcels` have had that outcome."""
        labels = {"process": process, "subscription": "parcels", "outcome": outcome}
        await eventually(lambda: self.metric("process_ingress_events_total", **labels) >= at_least)

    async def stop(self) -> None:
        self.service.stopping.set()
        await self.task


StartIngress = Callable[..., AbstractAsyncContextManager[RunningIngress]]
