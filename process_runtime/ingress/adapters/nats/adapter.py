"""NATS: events from a JetStream stream, and commands as requests that are answered."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import ClassVar, Final, Protocol

from nats.errors import Error

from process_runtime.backoff import Backoff
from process_runtime.ingress.adapter import AdapterContext, AdapterOptions
from process_runtime.ingress.adapters.nats.consumer import DurableConsumer
from process_runtime.ingress.adapters.nats.options import NatsAdapterOptions
from process_runtime.ingress.adapters.nats.pulls import broken_off, passed
from process_runtime.ingress.adapters.nats.requests import Requests
from process_runtime.nats_connection import NatsAway, NatsConnection

__all__ = ["NatsAdapter"]

_LONGEST_PAUSE: Final = timedelta(seconds=2)


class NatsAdapter:
    """Takes the messages of a stream in order, and requests as they come."""

    options_type: ClassVar[type[AdapterOptions]] = NatsAdapterOptions

    def __init__(self, options: NatsAdapterOptions) -> None:
        self._options = options

    async def run(self, context: AdapterContext) -> None:
        """Take messages until stopped; while NATS is away, wait for it."""
        await _Run(self._options, context).run()


class _Served(Protocol):
    """What is served over a connection."""

    is_up: bool

    async def serve(self, connection: NatsConnection) -> None:
        """Serve until the ingress stops."""


class _Run:
    """One run of the adapter, over all its connections."""

    def __init__(self, options: NatsAdapterOptions, context: AdapterContext) -> None:
        self._options = options
        self._context = context
        self._consumers: list[DurableConsumer] = []
        if options.stream is not None:
            self._consumers = [
                DurableConsumer(options, partition, context, self._changed)
                for partition in range(options.partitions)
            ]
        self._served: list[_Served] = [*self._consumers]
        if options.request_subject is not None:
            self._served.append(Requests(options, options.request_subject, context, self._changed))
        self._is_ready = False

    async def run(self) -> None:
        context, backoff = self._context, Backoff(maximum=_LONGEST_PAUSE)
        try:
            while not context.stopping.is_set():
                try:
                    async with NatsConnection(self._options, name=context.subscription.name) as connection:
                        backoff.reset()
                        await self._serve(connection)
                except (NatsAway, Error, OSError) as error:
                    lost = f"the connection to NATS is lost ({type(error).__name__})"
                    self._down(str(error) if isinstance(error, NatsAway) else lost)
                    await passed(backoff.next_delay(), context.stopping)
            for consumer in self._consumers:
                await consumer.drained()
        finally:
            context.condition.not_ready("Stopped", "no messages are taken any longer")

    async def _serve(self, connection: NatsConnection) -> None:
        """Serve everything over one connection, until the ingress stops.

        Raises:
            NatsAway: The connection is lost, or one of them cannot be served.
        """
        tasks = [asyncio.create_task(one.serve(connection)) for one in self._served]
        lost = asyncio.create_task(connection.lost.wait())
        pending = set(tasks)
        try:
            while pending:
                done, _ = await asyncio.wait([*pending, lost], return_when=asyncio.FIRST_COMPLETED)
                for task in done & pending:
                    task.result()
                pending -= done
                if lost in done:
                    raise NatsAway("the connection to NATS is lost")
        finally:
            await broken_off([*tasks, lost])

    def _changed(self) -> None:
        """Show what is new of those who are served."""
        name = self._context.subscription.name
        self._context.metrics.lag.labels(name).set(sum(consumer.lag for consumer in self._consumers))
        if not self._is_ready and all(one.is_up for one in self._served):
            self._is_ready = True
            self._context.condition.ready()

    def _down(self, reason: str) -> None:
        self._is_ready = False
        for one in self._served:
            one.is_up = False
        self._context.condition.not_ready("NatsAway", reason)
