"""Decode, validate, route, deliver, settle: what every adapter puts its messages through."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from process_runtime.backoff import Backoff
from process_runtime.dead_letters import DeadLetter, DeadLetterError, DeadLetters
from process_runtime.health import Condition
from process_runtime.ingress.dead_letters import letter_of
from process_runtime.ingress.decode import decode, split
from process_runtime.ingress.deliver import Deliverer, NoProcess
from process_runtime.ingress.events import (
    EventResult,
    Outcome,
    RawMessage,
    Reason,
    Rejection,
    RoutedEvent,
    Transient,
)
from process_runtime.ingress.in_flight import InFlight
from process_runtime.ingress.lanes import KeyLanes
from process_runtime.ingress.route import route
from process_runtime.ingress.router import Router
from process_runtime.ingress.trace import fill_trace
from process_runtime.ingress.validate import validate
from process_runtime.metrics import Metrics
from process_runtime.service import ServiceError

__all__ = ["Overloaded", "Patience", "Pipeline", "PipelineLimits"]

logger = logging.getLogger(__name__)

_ATTEMPTS_BEFORE_WARNING: Final = 8  # about fifteen seconds


class Overloaded(Exception):  # noqa: N818  (expected in operation)
    """As many messages are in flight as may be; the sender has to come again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineLimits:
    """Bounds of one pipeline."""

    max_in_flight: int
    """Messages taken and not settled."""
    max_in_flight_bytes: int = 64_000_000
    """Bytes of their bodies; one message may go beyond."""
    max_event_bytes: int
    no_process_wait: timedelta
    """How long an event that cannot start a process waits for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long somebody waits for the answer; after that the event is theirs to send again."""

    delivery: timedelta
    reply: timedelta
    """Beyond delivery, for the reply of an update."""


class Pipeline:
    """Puts the messages of one subscription through all stages.

    Events of one workflow ID are delivered one at a time in the order in which they were taken; those of
    different workflow IDs at once. At most `PipelineLimits.max_in_flight` messages are held.
    """

    def __init__(
        self,
        *,
        routers: Sequence[Router[Any]],
        deliverer: Deliverer,
        dead_letters: DeadLetters | None,
        limits: PipelineLimits,
        metrics: Metrics,
        condition: Condition,
        stopping: asyncio.Event,
    ) -> None:
        self._routers = routers
        self._deliverer = deliverer
        self._dead_letters = dead_letters
        self._limits = limits
        self._metrics = metrics
        self._condition = condition
        self._stopping = stopping
        self._in_flight = InFlight(limits.max_in_flight, limits.max_in_flight_bytes)
        self._lanes: KeyLanes[EventResult] = KeyLanes()

    @property
    def max_event_bytes(self) -> int:
        """The largest event taken; an adapter need not read further."""
        return self._limits.max_event_bytes

    @property
    def has_room(self) -> bool:
        """Whether `take` would take a message at once."""
        return self._in_flight.has_room

    async def room(self) -> None:
        """Wait until `take` would take a message at once.

        Once full, that is when a quarter is free: a source that is paused and resumed is so in long turns.
        """
        await self._in_flight.room()

    async def take(self, message: RawMessage) -> asyncio.Future[bool]:
        """Take the next message of a stream; waits while too many are in flight.

        Transient failures are tried again for as long as it takes.

        Returns:
            A future that says whether the message is settled: delivered, or kept as a dead letter. False
            means that the ingress is stopping and the message has to come again. It has a `ServiceError` if
            the ingress must stop because a message can never succeed and there is no dead-letter stream.
        """
        size = len(message.body)
        await self._in_flight.acquire(size)
        task = asyncio.ensure_future(self._settled(message))
        task.add_done_callback(lambda _: self._in_flight.release(size))
        return task

    async def answer(self, message: RawMessage, patience: Patience) -> list[EventResult]:
        """Put a message through for somebody who waits, and return what became of each event in it.

        Raises:
            Overloaded: Too many messages are in flight.
        """
        if not self.has_room:
            raise Overloaded
        await self._in_flight.acquire(len(message.body))
        try:
            return await self._process(message, patience)
        finally:
            self._in_flight.release(len(message.body))

    async def close(self) -> None:
        """Abandon what is still in flight; none of it is settled."""
        await self._lanes.cancel()

    async def _settled(self, message: RawMessage) -> bool:
        results = await self._process(message, None)
        return all(result.outcome is not Outcome.RETRY for result in results)

    async def _process(self, message: RawMessage, patience: Patience | None) -> list[EventResult]:
        if message.tombstone:
            self._count(message, "", Outcome.TOMBSTONE)
            return [EventResult(outcome=Outcome.TOMBSTONE)]
        failed: set[str] = set()
        try:
            parts = split(message)
        except Rejection as rejection:
            return [await self._reject(message, rejection, patience)]
        jobs = [self._submit(part, patience, failed) for part in parts]
        # Everything is awaited before an error leaves, so that none is left behind unseen.
        results = await asyncio.gather(*jobs, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return [result for result in results if isinstance(result, EventResult)]

    def _submit(
        self, message: RawMessage, patience: Patience | None, failed: set[str]
    ) -> asyncio.Future[EventResult]:
        """Prepare one event and line it up behind the earlier ones of its key.

        `failed` holds the keys of the same message that have to come again: what follows them has to wait.
        """
        started = time.monotonic()
        try:
            event = self._prepare(message)
        except Rejection as rejection:
            refused = rejection
            return self._lanes.submit(object(), lambda: self._reject(message, refused, patience))

        async def deliver() -> EventResult:
            if event.workflow_id in failed:
                return _again(event, "an earlier event of the same key has to come again")
            try:
                result = await self._deliver(event, patience)
            except Rejection as rejection:
                result = await self._reject(message, rejection, patience, event)
            if result.outcome is Outcome.RETRY:
                failed.add(event.workflow_id)
            elif result.outcome is not Outcome.REJECTED:
                process = event.router.contract.name
                self._count(message, process, result.outcome)
                self._metrics.delivery_seconds.labels(process).observe(time.monotonic() - started)
            return result

        return self._lanes.submit(event.workflow_id, deliver)

    def _prepare(self, message: RawMessage) -> RoutedEvent:
        if len(message.body) > self._limits.max_event_bytes:
            detail = f"the event has more than {self._limits.max_event_bytes} bytes (MAX_EVENT_BYTES)"
            raise Rejection(Reason.TOO_LARGE, detail)
        decoded = decode(message, self._routers)
        fill_trace(decoded)
        return route(decoded, validate(decoded))

    async def _deliver(self, event: RoutedEvent, patience: Patience | None) -> EventResult:
        """Deliver with retries, until it succeeds, can never succeed, or nobody waits any longer."""
        started = time.monotonic()
        absent_since: float | None = None
        backoff, attempts = Backoff(), 0
        process = event.router.contract.name
        while True:
            try:
                return await self._deliverer.deliver(event, reply_wait=patience.reply if patience else None)
            except Transient as error:
                # While Temporal cannot be asked, nobody knows that no process runs, and none can be started.
                detail, away, absent_since = str(error), error.away, None
            except NoProcess:
                detail, away = "no process runs for this key", False
                absent_since = absent_since or time.monotonic()
                if time.monotonic() - absent_since >= self._limits.no_process_wait.total_seconds():
                    raise Rejection(Reason.NO_PROCESS, detail, process=process) from None
            self._count(event.message, process, Outcome.RETRY)
            attempts += 1
            # Temporal being away is told of by its connection; what lasts without that is told of here, once.
            level = logging.WARNING if attempts == _ATTEMPTS_BEFORE_WARNING and not away else logging.DEBUG
            logger.log(level, "still not delivered: %s", detail, extra=_place(event.message))
            if self._stopping.is_set():
                return _again(event, "the ingress is stopping")
            delay = backoff.next_delay()
            waited = time.monotonic() - started
            if patience is not None and (away or waited + delay > patience.delivery.total_seconds()):
                if absent_since is not None:
                    # Sent again it would begin to wait anew, and never end.
                    raise Rejection(Reason.NO_PROCESS, detail, process=process)
                return _again(event, detail)
            await self._pause(delay)

    async def _reject(
        self,
        message: RawMessage,
        rejection: Rejection,
        patience: Patience | None,
        event: RoutedEvent | None = None,
    ) -> EventResult:
        """Keep an event that can never succeed as a dead letter."""
        answered = patience is not None and rejection.refusal is not None
        if self._dead_letters is not None and not answered:
            letter = letter_of(message, rejection)
            if not await self._bury(letter, patience):
                return EventResult(outcome=Outcome.RETRY, detail="the dead letter cannot be kept now")
            self._metrics.dead_letters.labels(rejection.process, rejection.reason).inc()
        elif patience is None:
            raise ServiceError(
                f"subscription {message.subscription}: the message at {message.position} can never succeed "
                f"({rejection}) and there is no dead-letter stream: set DEAD_LETTER_FILE or "
                "DEAD_LETTER_BINDING_FILE, or remove it"
            )
        place = _place(message) | {"process_name": rejection.process}
        logger.warning("rejected: %s", rejection, extra=place)
        self._count(message, rejection.process, rejection.reason)
        return EventResult(
            outcome=Outcome.REJECTED,
            rejection=rejection,
            workflow_id=event.workflow_id if event else "",
            event_type=event.meta.event_type if event else "",
        )

    async def _bury(self, letter: DeadLetter, patience: Patience | None) -> bool:
        """Write a dead letter; for a stream until it is written, or the ingress stops."""
        backoff = Backoff()
        failed = False
        while self._dead_letters is not None:
            try:
                await self._dead_letters.write(letter)
            except DeadLetterError as error:
                if not failed:
                    logger.error("a dead letter cannot be kept; nothing is settled until it is: %s", error)
                failed = True
                if patience is not None or self._stopping.is_set():
                    return False
                self._condition.not_ready("DeadLetterFailed", f"a dead letter cannot be kept: {error}")
                await self._pause(backoff.next_delay())
            else:
                if failed:
                    self._condition.ready()
                return True
        return False

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than until the ingress stops."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def _count(self, message: RawMessage, process: str, outcome: str) -> None:
        self._metrics.events.labels(process, message.subscription, outcome).inc()


def _place(message: RawMessage) -> dict[str, str]:
    return {"subscription": message.subscription, "position": message.position}


def _again(event: RoutedEvent, detail: str) -> EventResult:
    return EventResult(
        outcome=Outcome.RETRY, workflow_id=event.workflow_id, event_type=event.meta.event_type, detail=detail
    )
