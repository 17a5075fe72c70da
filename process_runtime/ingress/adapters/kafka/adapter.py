"""Feeds what the consumer fetches into the pipeline, and tells it what is settled."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import ClassVar

from process_runtime.ingress.adapter import AdapterContext, AdapterOptions
from process_runtime.ingress.adapters.kafka.messages import raw_message
from process_runtime.ingress.adapters.kafka.monitor import KafkaMonitor, Watched
from process_runtime.ingress.adapters.kafka.options import KafkaAdapterOptions
from process_runtime.ingress.adapters.kafka.partition import Partition
from process_runtime.ingress.adapters.kafka.source import KafkaSource
from process_runtime.ingress.settle import Ticket
from process_runtime.service import ServiceError

__all__ = ["KafkaAdapter"]


class KafkaAdapter:
    """Takes the messages of topics as a member of a consumer group."""

    options_type: ClassVar[type[AdapterOptions]] = KafkaAdapterOptions

    def __init__(self, options: KafkaAdapterOptions) -> None:
        self._options = options

    async def run(self, context: AdapterContext) -> None:
        """Feed messages until stopped; then settle what is in flight, commit and leave the group."""
        await _Run(self._options, context).run()


class _Run:
    """One membership of the group."""

    def __init__(self, options: KafkaAdapterOptions, context: AdapterContext) -> None:
        group = options.group(context.processes, context.subscription.name)
        try:
            config = options.consumer_config(group)
        except OSError as error:
            raise ServiceError(f"Kafka: a file of the binding cannot be read: {error.strerror}") from None
        self._options = options
        self._context = context
        self._in_flight: set[asyncio.Future[bool]] = set()
        self._error: BaseException | None = None
        self._source = KafkaSource(
            config,
            options.topics,
            batch_size=options.batch_size,
            commit_interval=options.commit_interval.total_seconds(),
            revoke_timeout=options.revoke_timeout.total_seconds(),
        )
        watched = Watched(
            subscription=context.subscription.name,
            group=group,
            source=self._source,
        )
        self._monitor = KafkaMonitor(options, watched, context.condition, context.metrics)

    async def run(self) -> None:
        self._source.start(on_error=self._monitor.consumer_told, on_assigned=self._monitor.consumer_assigned)
        self._reader = asyncio.create_task(self._read())
        stop = asyncio.create_task(self._context.stopping.wait())
        try:
            self._monitor.start()
            await asyncio.wait([self._reader, stop], return_when=asyncio.FIRST_COMPLETED)
            self._reader.cancel()
            await asyncio.wait([self._reader])
            # Without a reader what is in flight ends, rather than trying on for ever.
            self._context.stopping.set()
            if self._in_flight:
                await asyncio.wait(self._in_flight)
        finally:
            self._reader.cancel()
            stop.cancel()
            self._monitor.stop()
            with contextlib.suppress(asyncio.CancelledError):
                await self._source.close()
            self._context.condition.not_ready("Stopped", "the topics are not read any longer")
        if self._error is not None:
            raise self._error
        if not self._reader.cancelled() and (error := self._reader.exception()) is not None:
            raise error

    async def _read(self) -> None:
        pipeline, subscription = self._context.pipeline, self._context.subscription.name
        content_type = self._options.content_type
        while True:
            await pipeline.room()
            # A batch is taken in one go: what waits together goes to Temporal in fewer calls.
            for partition, message in await self._source.fetch():
                if partition.given_up:
                    continue
                if message.error() is not None:
                    partition.end = message.offset()
                    continue
                ticket = partition.take(message.offset() or 0)
                raw = raw_message(message, subscription=subscription, content_type=content_type)
                future = await pipeline.take(raw)
                self._in_flight.add(future)
                future.add_done_callback(partial(self._done, partition, ticket))

    def _done(self, partition: Partition, ticket: Ticket[int], future: asyncio.Future[bool]) -> None:
        self._in_flight.discard(future)
        if future.cancelled():
            partition.done(ticket, settled=False)
        elif (error := future.exception()) is not None:
            partition.done(ticket, settled=False)
            self._error = self._error or error
            self._context.stopping.set()
        else:
            partition.done(ticket, settled=future.result())
