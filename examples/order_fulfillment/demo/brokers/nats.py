"""NATS with JetStream."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
from example.processes.order.v1.order_fulfillment_process_pb2 import OrderClosed
from nats.js import JetStreamContext
from process_runtime.testing.servers import NatsServer

from demo.brokers.broker import JSON, Broker

_EVENTS, _FACTS, _DEAD_LETTERS = "ORDERS", "ORDER-OUTCOMES", "ORDER-DEAD-LETTERS"


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator["Nats"]:
    """Run a server with the streams that the demo needs."""
    server = NatsServer(folder)
    await asyncio.to_thread(server.start)
    try:
        async with await nats.connect(server.url) as connection:
            streams = connection.jetstream()
            await streams.add_stream(name=_EVENTS, subjects=["orders.*"])
            await streams.add_stream(name=_FACTS, subjects=["order-outcomes.>"])
            yield Nats(server.url, streams)
    finally:
        await asyncio.to_thread(server.stop)


class Nats(Broker):
    """Each order has a subject; their stream keeps the order of events."""

    def __init__(self, url: str, streams: JetStreamContext) -> None:
        self._streams = streams
        server = {"kind": "nats", "servers": url}
        self.events = {**server, "stream": _EVENTS}
        self.facts = {**server, "stream": _FACTS, "subject": "order-outcomes.{type}"}
        self.dead_letters = {**server, "stream": _DEAD_LETTERS}

    async def send(self, order_id: str, body: str) -> None:
        """Publish an event."""
        await self._streams.publish(f"orders.{order_id}", body.encode(), headers={"content-type": JSON})

    async def published(self) -> list[OrderClosed]:
        """Read the stream from its beginning to its end."""
        state = (await self._streams.stream_info(_FACTS)).state
        facts = [await self._streams.get_msg(_FACTS, number) for number in range(1, state.last_seq + 1)]
        return [OrderClosed.FromString(fact.data or b"") for fact in facts]
