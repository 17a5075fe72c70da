"""Decode, validate, route, deliver, settle: what every adapter puts its messages through."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from process_runtime.dead_letters import DeadLetters
from process_runtime.health import Condition
from process_runtime.ingress.calls import CallLimits, Calls
from process_runtime.ingress.courier import Courier, CourierLimits
from process_runtime.ingress.deliver import Deliverer
from process_runtime.ingress.events import EventResult, Outcome, RawMessage, Rejection
from process_runtime.ingress.in_flight import InFlight
from process_runtime.ingress.lanes import KeyLanes
from process_runtime.ingress.prepare import events_in, prepare
from process_runtime.ingress.reject import Rejecter
from process_runtime.ingress.router import Router
from process_runtime.ingress.waiting import Patience, Settlement, Waiting, come_again
from process_runtime.metrics import Metrics
from process_runtime.priority import TaskPriorities
from process_runtime.setting_types import UnknownEvents
from process_runtime.telemetry import EventSpan, Telemetry

__all__ = ["Overloaded", "Patience", "Pipeline", "PipelineLimits"]


class Overloaded(Exception):  # noqa: N818  (expected in operation)
    """As many messages are in flight as may be; the sender has to come again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineLimits:
    """Bounds of one pipeline."""

    max_in_flight: int
    """Messages taken and not settled."""
    max_in_flight_bytes: int = 16_000_000
    """Bytes of their bodies; one message may go beyond."""
    max_event_bytes: int
    no_process_wait: timedelta
    """How long an event that cannot start a process waits for one."""
    coalesce_max_events: int = 32
    """Events of one key in one call; 1 to send each alone."""


class Pipeline:
    """Puts the messages of one subscription through all stages.

    Events of one workflow ID are delivered in the order in which they were taken, and those that wait
    together in one call; those of different workflow IDs at once.
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
        unknown_events: UnknownEvents = "dead-letter",
        calls: Calls | None = None,
        priorities: TaskPriorities | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        """Prepare a pipeline.

        Args:
            routers: One for each process served.
            deliverer: Makes the calls.
            dead_letters: Takes what can never succeed; None for nothing.
            limits: Its bounds.
            metrics: Where events are counted.
            condition: Not ready while dead letters cannot be kept.
            stopping: Set when the ingress is to stop.
            unknown_events: What becomes of an event of a type that is not known.
            calls: Shared by all pipelines that call the same Temporal; None for a bound of its own.
            priorities: Which tenants share the calls fairly.
            telemetry: Told of each event.
        """
        self._routers = routers
        self._limits = limits
        self._metrics = metrics
        self._telemetry = telemetry or Telemetry()
        self._in_flight = InFlight(limits.max_in_flight, limits.max_in_flight_bytes)
        self._rejecter = Rejecter(
            dead_letters,
            metrics=metrics,
            condition=condition,
            stopping=stopping,
            unknown_events=unknown_events,
        )
        self._rejecting: set[asyncio.Task[None]] = set()
        self._waits_for: Rejection | None = None
        self._courier = Courier(
            deliverer=deliverer,
            calls=calls or Calls(CallLimits(at_once=limits.max_in_flight)),
            rejecter=self._rejecter,
            limits=CourierLimits(
                no_process_wait=limits.no_process_wait, coalesce_max_events=limits.coalesce_max_events
            ),
            metrics=metrics,
            stopping=stopping,
            priorities=priorities,
        )
        self._lanes: KeyLanes[Waiting] = KeyLanes(self._courier.serve, lambda waiting: waiting.settle(None))

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

        Transient failures are tried again for as long as it takes. While there is room this gives way to
        nobody: what is taken in one go, all messages of a poll for instance, waits together, and goes to
        Temporal in fewer calls.

        Returns:
            A future that says whether the message is settled: delivered, or kept as a dead letter. False
            means that the ingress is stopping and the message has to come again. It has a `ServiceError` if
            the ingress must stop because a message can never succeed and there is no dead-letter stream. It
            is cancelled when the work on the message is broken off.
        """
        await self._in_flight.acquire(len(message.body))
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._enter(message, None, future, _is_settled)
        return future

    async def answer(self, message: RawMessage, patience: Patience) -> list[EventResult]:
        """Put a message through for somebody who waits, and return what became of each event in it.

        Raises:
            Overloaded: Too many messages are in flight.
        """
        if not self.has_room:
            raise Overloaded
        await self._in_flight.acquire(len(message.body))
        future: asyncio.Future[list[EventResult]] = asyncio.get_running_loop().create_future()
        self._enter(message, patience, future, list)
        return await future

    async def close(self) -> None:
        """Abandon what is still in flight; none of it is settled."""
        tasks = list(self._rejecting)
        for task in tasks:
            task.cancel()
        await self._lanes.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _enter(
        self,
        message: RawMessage,
        patience: Patience | None,
        future: asyncio.Future[Any],
        answer: Callable[[Sequence[EventResult]], Any],
    ) -> None:
        """Line up the events of `message`; `future` gets the answer that their results make."""
        size = len(message.body)

        def conclude(results: Sequence[EventResult] | BaseException | None) -> None:
            self._in_flight.release(size)
            if future.done():  # whoever waited is gone
                return
            if results is None:
                future.cancel()
            elif isinstance(results, BaseException):
                future.set_exception(results)
            else:
                future.set_result(answer(results))

        if message.tombstone:
            self._metrics.events.labels("", message.subscription, Outcome.TOMBSTONE).inc()
            conclude([EventResult(outcome=Outcome.TOMBSTONE)])
            return
        try:
            parts = events_in(message)
        except Rejection as rejection:
            span, settlement = self._telemetry.event(message), Settlement(1, conclude)
            self._reject(message, rejection, span=span, patience=patience, settlement=settlement, place=0)
            return
        if not parts:
            conclude(())
            return
        settlement = Settlement(len(parts), conclude)
        for place, part in enumerate(parts):
            self._line_up(part, patience, settlement, place)

    def _line_up(
        self, message: RawMessage, patience: Patience | None, settlement: Settlement, place: int
    ) -> None:
        """Prepare one event and line it up behind the earlier ones of its key."""
        since = time.monotonic()
        span = self._telemetry.event(message)
        if self._waits_for is not None and patience is None:
            # It may be of the same key as the event that waits.
            behind = self._waits_for
            self._reject(message, behind, span=span, patience=patience, settlement=settlement, place=place)
            return
        try:
            event = prepare(message, self._routers, span, max_bytes=self._limits.max_event_bytes)
        except Rejection as rejection:
            if patience is None and self._rejecter.waits_for(rejection):
                self._waits_for = rejection
            self._reject(message, rejection, span=span, patience=patience, settlement=settlement, place=place)
            return
        waiting = Waiting(event=event, settlement=settlement, place=place, patience=patience, since=since)
        if patience is None and self._courier.has_given_up(event.workflow_id):
            waiting.settle(come_again(event, "an earlier event of the same key has to come again"))
        else:
            self._lanes.put(event.workflow_id, waiting)

    def _reject(
        self,
        message: RawMessage,
        rejection: Rejection,
        *,
        span: EventSpan,
        patience: Patience | None,
        settlement: Settlement,
        place: int,
    ) -> None:
        """Reject what belongs to no lane, as its key is not known."""

        async def reject() -> None:
            try:
                with span.active():
                    result = await self._rejecter.reject(message, rejection, patience)
            except asyncio.CancelledError:
                span.ended(None)
                settlement.settle(place, None)
                raise
            except Exception as error:  # noqa: BLE001  (told to whoever took the message)
                span.ended(None)
                settlement.fail(error)
            else:
                span.ended(result)
                settlement.settle(place, result)

        task = asyncio.create_task(reject())
        self._rejecting.add(task)
        task.add_done_callback(self._rejecting.discard)


def _is_settled(results: Sequence[EventResult]) -> bool:
    return all(result.outcome is not Outcome.RETRY for result in results)
