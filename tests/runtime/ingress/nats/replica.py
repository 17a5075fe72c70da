"""Replicas of an ingress on a real NATS server, with Temporal played by a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import nats
from nats.aio.client import Client
from nats.js import JetStreamContext
from starlette.applications import Starlette

from process_runtime.ingress import Subscription
from process_runtime.ingress.adapter import AdapterContext
from process_runtime.ingress.adapters.nats import NatsAdapter, NatsAdapterOptions
from process_runtime.ingress.events import Outcome
from process_runtime.testing.servers import NatsServer
from process_runtime.testing.waiting import eventually
from tests.runtime.ingress.parcels import event
from tests.runtime.ingress.scripted import MemoryDeadLetters, Rig, ScriptedDeliverer

PROTOBUF = {"content-type": "application/protobuf"}


def _delivered(_key: str, _attempt: int) -> Outcome:
    return Outcome.DELIVERED


class Orders:
    """A stream, and what is published to it."""

    def __init__(self, server: NatsServer, name: str) -> None:
        self.server = server
        self.name = name
        self.client = Client()
        self.jetstream: JetStreamContext

    async def __aenter__(self) -> Self:
        self.client = await nats.connect(self.server.url)
        self.jetstream = self.client.jetstream()
        await self.jetstream.add_stream(name=self.name, subjects=[f"{self.name}.>"])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.close()

    async def publish(self, key: str, *numbers: int, case: str = "posted") -> None:
        for number in numbers:
            body = event(case, key, number).SerializeToString()
            await self.jetstream.publish(f"{self.name}.{key}", body, headers=PROTOBUF)

    async def state(self, durable: str = "parcel_parcels") -> Any:
        return await self.jetstream.consumer_info(self.name, durable)

    async def all_acknowledged(self, durable: str = "parcel_parcels") -> None:
        """Wait until JetStream has nothing more for the consumer."""

        async def settled() -> bool:
            info = await self.state(durable)
            return not info.num_pending and not info.num_ack_pending

        await eventually(settled)


class Replica(Rig):
    """One replica of an ingress that takes the parcels of a stream."""

    def __init__(
        self,
        orders: Orders | None,
        script: Callable[[str, int], Any] = _delivered,
        dead_letters: MemoryDeadLetters | None = None,
        *,
        servers: str = "",
        in_flight: int = 100,
        together: int = 1,
        **options: Any,
    ) -> None:
        super().__init__(ScriptedDeliverer(script), dead_letters, in_flight=in_flight, together=together)
        values = {"servers": servers or (orders.server.url if orders else ""), "takeover": "1s", **options}
        if orders is not None:
            values.setdefault("stream", orders.name)
        self.options = NatsAdapterOptions(**values)
        self.task: asyncio.Task[None] | None = None

    @property
    def applied(self) -> list[str]:
        """Idempotency keys in the order in which Temporal got them."""
        return self.deliverer.attempts

    def of(self, key: str) -> list[int]:
        """The numbers of one key, each where it came first."""
        numbers = [int(name.rpartition("-")[2]) for name in self.applied if name.startswith(f"{key}-")]
        return list(dict.fromkeys(numbers))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        context = AdapterContext(
            subscription=Subscription("parcels", "nats", "parcels"),
            processes=["parcel"],
            pipeline=self.pipeline,
            condition=self.condition,
            metrics=self.metrics,
            app=Starlette(),
            stopping=self.stopping,
        )
        self.condition.not_ready("Starting", "")
        self.task = asyncio.create_task(NatsAdapter(self.options).run(context))
        try:
            yield self
        finally:
            if not self.task.done():
                self.stopping.set()
                await asyncio.wait([self.task], timeout=30)
            self.task.cancel()
            await asyncio.wait([self.task])
            await self.pipeline.close()

    async def ready(self) -> None:
        await eventually(lambda: self.condition.is_ready)

    async def reason(self, reason: str) -> str:
        """Wait until it is not ready for that reason, and return what it says."""
        await eventually(lambda: self.condition.as_dict()["reason"] == reason)
        return self.condition.as_dict()["message"]

    async def has(self, count: int) -> None:
        """Wait until so many different events were delivered."""
        await eventually(lambda: len(set(self.applied)) >= count)

    async def stop(self) -> None:
        assert self.task is not None
        self.stopping.set()
        await self.task

    @property
    def lag(self) -> float:
        return self.metrics.registry.get_sample_value("process_ingress_lag", {"subscription": "parcels"}) or 0
