"""One turn of the replica that takes the messages, from a reset of the consumer on."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from nats.aio.msg import Msg
from nats.errors import Error

from process_runtime.ingress.adapter import AdapterContext
from process_runtime.ingress.adapters.nats.ledger import Ledger
from process_runtime.ingress.adapters.nats.messages import raw_message
from process_runtime.ingress.adapters.nats.options import GROUP, ConsumerName, NatsAdapterOptions
from process_runtime.ingress.adapters.nats.pulls import Status, ask, broken_off, passed
from process_runtime.ingress.settle import MOST_BEYOND
from process_runtime.nats_connection import JetStreamError, NatsAway, NatsConnection

__all__ = ["Turn"]

_LOOK_SECONDS: Final = 2.0
_MARGIN_SECONDS: Final = 1.0
_BYTES_AT_ONCE: Final = 8_000_000
_IN_PROGRESS: Final = Msg.Ack.Progress


class Turn:
    """Takes messages for as long as they come without a gap."""

    def __init__(
        self,
        connection: NatsConnection,
        name: ConsumerName,
        pin: str,
        *,
        created: str,
        ack_wait: float,
        options: NatsAdapterOptions,
        context: AdapterContext,
        ledger: Ledger,
        show_lag: Callable[[int], None],
    ) -> None:
        """Prepare a turn.

        Args:
            connection: The connection that was pinned.
            name: The consumer.
            pin: What the consumer knows us by.
            created: When the consumer was created: another one of its name numbers its messages anew.
            ack_wait: Of the consumer, in seconds.
            options: Of the binding.
            context: Of the adapter.
            ledger: What was taken in earlier turns.
            show_lag: Told how many messages wait.
        """
        self._connection = connection
        self._client = connection.client
        self._name = name
        self._pin = pin
        self._created = created
        self._ack_wait = ack_wait
        self._takeover = options.takeover.total_seconds()
        self._batch = options.batch
        self._content_type = options.content_type
        self._most_bytes = max(_BYTES_AT_ONCE, 2 * connection.client.max_payload)
        self._subscription = context.subscription.name
        self._pipeline = context.pipeline
        self._redelivered = context.metrics.redelivered.labels(self._subscription)
        self._stopping = context.stopping
        self._ledger = ledger
        self._show_lag = show_lag
        self._inbox = self._client.new_inbox()
        self._queue: deque[tuple[int, Msg]] = deque()
        self._arrived = asyncio.Event()
        self._ended: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._expected = 1
        self._delivered_before = 0
        self._outstanding = 0
        self._is_ending = False

    async def take(self) -> str | None:
        """Take messages until they no longer come without a gap, or the ingress stops.

        Returns:
            The pin for another turn, or None: another replica may have it, or it was given up.

        Raises:
            NatsAway: The consumer cannot be used now.
            ServiceError: The subscription cannot go on.
        """
        subscription = await self._client.subscribe(
            # Without bounds: how much comes is bounded by how much is asked for.
            f"{self._inbox}.*",
            cb=self._receive,
            pending_msgs_limit=0,
            pending_bytes_limit=0,
        )
        tasks: list[asyncio.Task[Any]] = []
        try:
            await self._reset()
            reader = asyncio.create_task(self._read())
            stop = asyncio.create_task(self._stopping.wait())
            tasks = [asyncio.create_task(work) for work in (self._ask(), self._settle(), self._look())]
            tasks += [reader, stop]
            done, _ = await asyncio.wait([*tasks, self._ended], return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                future.result()
            if self._ended.done():
                return self._ended.result()
            self._is_ending = True
            reader.cancel()
            await asyncio.wait([reader])
            return await self._finish()
        finally:
            # Before anything is awaited: from here on nothing is entered, nor taken.
            self._end(None)
            for task in tasks:
                task.cancel()
            for sequence, _ in self._queue:
                self._ledger.forget(sequence)
            self._queue.clear()
            await broken_off(tasks)
            with contextlib.suppress(Error):
                await subscription.unsubscribe()

    async def _reset(self) -> None:
        """Begin with what nobody has acknowledged, in its order."""
        await self._send_acks()
        try:
            before = await self._connection.jetstream.request(f"CONSUMER.INFO.{self._name.path}")
            if before["created"] != self._created:
                raise NatsAway(f"consumer {self._name.path} was replaced by another one of its name")
            self._delivered_before = int(before["delivered"]["stream_seq"])
            after = await self._connection.jetstream.request(f"CONSUMER.RESET.{self._name.path}")
        except JetStreamError as error:
            raise NatsAway(f"consumer {self._name.path} cannot be reset: {error}") from None
        self._show_lag(int(after["num_pending"]))

    async def _receive(self, message: Msg) -> None:
        """Note what the consumer sends, in the order in which it does."""
        try:
            if self._ended.done():
                return
            if message.reply:
                self._delivered(message)
            else:
                self._told(message)
        except Exception as error:  # noqa: BLE001  (the library would only pass it to a callback)
            self._end(error)

    def _delivered(self, message: Msg) -> None:
        sequence = message.metadata.sequence
        if sequence.consumer != self._expected:
            self._end(self._pin)
            return
        self._expected += 1
        self._outstanding -= 1
        if message.metadata.num_delivered > 1 or sequence.stream <= self._delivered_before:
            self._redelivered.inc()
        if self._ledger.enter(sequence.stream, message.reply):
            self._queue.append((sequence.stream, message))
            self._arrived.set()
        else:
            self._ledger.room.set()

    def _told(self, message: Msg) -> None:
        status = Status(message)
        if status.unpinned:
            self._end(None)
            return
        status.require_usable(self._name)
        if message.subject == self._pull_inbox:
            unanswered = self._batch if status.unanswered is None else status.unanswered
            self._outstanding = max(0, self._outstanding - unanswered)
            self._ledger.room.set()

    def _end(self, outcome: str | Exception | None) -> None:
        if self._ended.done():
            return
        if isinstance(outcome, Exception):
            self._ended.set_exception(outcome)
        else:
            self._ended.set_result(outcome)

    @property
    def _pull_inbox(self) -> str:
        return f"{self._inbox}.pull"

    async def _read(self) -> None:
        """Hand what came to the pipeline."""
        while True:
            while not self._queue:
                self._arrived.clear()
                await self._arrived.wait()
            if self._ledger.halted:
                return
            sequence, message = self._queue[0]
            future = await self._pipeline.take(
                raw_message(
                    message,
                    subscription=self._subscription,
                    position=f"{self._name.stream}@{sequence}",
                    content_type=self._content_type,
                    attributes={
                        "messaging.consumer.group.name": self._name.durable,
                        "messaging.nats.stream.sequence": sequence,
                    },
                )
            )
            self._queue.popleft()
            self._ledger.follow(sequence, future)
            self._ledger.room.set()

    async def _ask(self) -> None:
        """Ask for as many messages as there is room for; often enough to stay pinned without."""
        seconds = self._takeover / 2
        asked = answered_by = -self._takeover
        while True:
            self._ledger.room.clear()
            now = time.monotonic()
            if now > answered_by:
                self._outstanding = 0
            if self._has_room:
                count = self._batch - self._outstanding - len(self._queue)
                self._outstanding += count
                asked, answered_by = now, now + seconds + _MARGIN_SECONDS
                await self._request("pull", count, seconds, max_bytes=self._most_bytes)
            elif not self._outstanding and now - asked >= self._takeover / 3:
                asked = now
                # No message is that small: nothing is delivered.
                await self._request("stay", 1, seconds=0.1, max_bytes=1, no_wait=True)
            await passed(self._takeover / 3, self._ledger.room)

    @property
    def _has_room(self) -> bool:
        return (
            not self._is_ending
            and not self._stopping.is_set()
            and self._outstanding + len(self._queue) <= self._batch // 2
            and self._pipeline.has_room
            and len(self._ledger) < MOST_BEYOND
        )

    async def _request(self, kind: str, count: int, seconds: float, **more: Any) -> None:
        inbox = f"{self._inbox}.{kind}"
        await ask(self._connection, self._name, inbox, count=count, seconds=seconds, pin=self._pin, **more)

    async def _settle(self) -> None:
        """Acknowledge what is settled, and say that work goes on with what takes long.

        Returns when no more messages may be taken.
        """
        while self._ledger.failure is None and not self._ledger.halted:
            await self._send_acks()
            for reply in self._ledger.silent(self._ack_wait / 2):
                await self._client.publish(reply, _IN_PROGRESS)
            await passed(self._ack_wait / 4, self._ledger.to_send)

    async def _send_acks(self) -> None:
        self._ledger.to_send.clear()
        while self._ledger.acks:
            await self._client.publish(self._ledger.acks[0])
            self._ledger.acks.popleft()

    async def _look(self) -> None:
        """Learn again and again how many messages wait, and which of ours are known to be settled."""
        while True:
            try:
                info = await self._connection.jetstream.request(f"CONSUMER.INFO.{self._name.path}")
            except JetStreamError as error:
                raise NatsAway(f"consumer {self._name.path}: {error}") from None
            self._ledger.acknowledged(int(info["ack_floor"]["stream_seq"]))
            self._show_lag(int(info["num_pending"]) + int(info["num_ack_pending"]))
            await asyncio.sleep(_LOOK_SECONDS)

    async def _finish(self) -> str | None:
        """Wait for what is in flight, acknowledge it, and let another replica have the consumer."""
        if self._ledger.failure is not None:
            # What is in flight ends, rather than trying on for ever.
            self._stopping.set()
        await self._ledger.drained()
        await self._send_acks()
        if self._ledger.failure is None and not self._stopping.is_set():
            self._ledger.halted = False
            return self._pin
        # In this order: whoever is pinned next begins with what is not acknowledged.
        await self._client.flush()
        with contextlib.suppress(JetStreamError, NatsAway):
            await self._connection.jetstream.request(f"CONSUMER.UNPIN.{self._name.path}", {"group": GROUP})
        if self._ledger.failure is not None:
            raise self._ledger.failure
        return None
