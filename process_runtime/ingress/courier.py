"""Takes what waits in a lane to Temporal: in order, together where it may, again until it is settled."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from process_runtime.backoff import Backoff
from process_runtime.ingress.calls import Calls, Turn
from process_runtime.ingress.coalesce import next_call
from process_runtime.ingress.deliver import Deliverer, NoProcess
from process_runtime.ingress.events import EventResult, Outcome, Reason, Rejection, Transient
from process_runtime.ingress.reject import Rejecter
from process_runtime.ingress.stopping import pause
from process_runtime.ingress.waiting import Waiting, come_again
from process_runtime.metrics import Metrics
from process_runtime.priority import TaskPriorities

__all__ = ["Courier", "CourierLimits"]

logger = logging.getLogger(__name__)

_ATTEMPTS_BEFORE_WARNING: Final = 8  # about fifteen seconds
_STOPPING: Final = "the ingress is stopping"
_OVERTAKES: Final = "an earlier event of the same key has to come again"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierLimits:
    """Bounds of one courier."""

    no_process_wait: timedelta
    """How long an event that cannot start a process waits for one."""
    coalesce_max_events: int
    """Events in one call."""


class Courier:
    """Serves the lanes of a subscription: all events in one are of one workflow ID.

    An event leaves its lane when it is settled, or when it has to come again. In a stream everything behind
    it has to come again too then.
    """

    def __init__(
        self,
        *,
        deliverer: Deliverer,
        calls: Calls,
        rejecter: Rejecter,
        limits: CourierLimits,
        metrics: Metrics,
        stopping: asyncio.Event,
        priorities: TaskPriorities | None = None,
    ) -> None:
        self._deliverer = deliverer
        self._calls = calls
        self._rejecter = rejecter
        self._limits = limits
        self._metrics = metrics
        self._stopping = stopping
        self._priorities = priorities or TaskPriorities()
        self._given_up: set[str] = set()

    def has_given_up(self, workflow_id: str) -> bool:
        """Whether an event of a stream has to come again, so that no later one may be delivered before."""
        return workflow_id in self._given_up

    async def serve(self, lane: deque[Waiting]) -> None:
        """Deliver everything in `lane`, and what is lined up in it meanwhile."""
        backoff, attempts = Backoff(), 0
        while lane:
            call = [lane[0]]
            try:
                with await self._turn(lane[0]) as turn:
                    call = next_call(lane, max_events=self._limits.coalesce_max_events)
                    results = await self._deliver(call, turn)
                self._calls.answered()
            except (Transient, NoProcess) as error:
                if isinstance(error, NoProcess):
                    self._calls.answered()
                elif error.overloaded:
                    self._calls.overloaded()
                attempts += 1
                delay = backoff.next_delay()
                await self._not_now(lane, call, error, attempts, delay)
                if lane:
                    await pause(delay, self._stopping)
                continue
            except Rejection as rejection:
                self._calls.answered()
                await self._refused(lane, call, rejection)
            except Exception as error:  # noqa: BLE001  (told to whoever took the message)
                if not _part(call):
                    self._fail(lane, call[0], error)
            else:
                for result in results:
                    self._delivered(lane.popleft(), result)
            backoff, attempts = Backoff(), 0

    async def _turn(self, first: Waiting) -> Turn:
        if self._deliverer.is_away:
            raise Transient("Temporal cannot be used now", away=True)
        tenant, weight = self._share(first)
        if first.patience is None:
            return await self._calls.turn(tenant, weight)
        left = first.patience.delivery.total_seconds() - (time.monotonic() - first.since)
        try:
            async with asyncio.timeout(left):
                return await self._calls.turn(tenant, weight)
        except TimeoutError:
            raise Transient("too many calls to Temporal wait") from None

    async def _deliver(self, call: Sequence[Waiting], turn: Turn) -> Sequence[EventResult]:
        if len(call) > 1:
            return await self._deliverer.deliver_together([waiting.event for waiting in call])
        patience = call[0].patience
        try:
            result = await self._deliverer.deliver(
                call[0].event, reply_wait=patience.reply if patience else None, accepted=turn.end
            )
        except Rejection as rejection:
            if self._rejecter.waits_for(rejection):
                raise Transient(rejection.detail) from None
            raise
        return [result]

    def _delivered(self, waiting: Waiting, result: EventResult) -> None:
        process = waiting.event.router.contract.name
        self._count(waiting, result.outcome)
        self._metrics.delivery_seconds.labels(process).observe(time.monotonic() - waiting.since)
        waiting.settle(result)

    async def _refused(self, lane: deque[Waiting], call: Sequence[Waiting], rejection: Rejection) -> None:
        """None of `call` can succeed; unless that may be for the sake of one of them."""
        if rejection.reason is not Reason.LATE and _part(call):
            return
        for waiting in call:
            if waiting in lane:
                await self._reject(lane, waiting, rejection)

    async def _not_now(
        self,
        lane: deque[Waiting],
        call: Sequence[Waiting],
        error: Transient | NoProcess,
        attempts: int,
        delay: float,
    ) -> None:
        """Let go from `lane` what is not to be tried again after `delay`."""
        now = time.monotonic()
        detail, away = str(error), isinstance(error, Transient) and error.away
        for waiting in call:
            self._count(waiting, Outcome.RETRY)
            # While Temporal cannot be asked, nobody knows that no process runs, and none can be started.
            waiting.absent_since = (waiting.absent_since or now) if isinstance(error, NoProcess) else None
        # Temporal being away is told of by its connection; what lasts without that is told of here, once.
        level = logging.WARNING if attempts == _ATTEMPTS_BEFORE_WARNING and not away else logging.DEBUG
        with call[0].event.span.active():
            logger.log(level, "still not delivered: %s", detail, extra=_place(call[0]))
        for waiting in tuple(lane):
            verdict = self._verdict(waiting, now, delay, detail, away)
            if verdict is None or waiting not in lane:
                continue
            if isinstance(verdict, Rejection):
                await self._reject(lane, waiting, verdict)
            else:
                self._let_go(lane, waiting, verdict)

    def _verdict(
        self, waiting: Waiting, now: float, delay: float, detail: str, away: bool
    ) -> Rejection | str | None:
        """Why `waiting` is rejected or has to come again; None if it is tried again after `delay`."""
        patience, absent_since = waiting.patience, waiting.absent_since
        hurries = patience is not None and (
            away or now + delay - waiting.since > patience.delivery.total_seconds()
        )
        if absent_since is not None:
            overdue = now - absent_since >= self._limits.no_process_wait.total_seconds()
            # Of somebody who sends it again, it would begin to wait anew and never end.
            if overdue or (hurries and not self._stopping.is_set()):
                return Rejection(Reason.NO_PROCESS, detail, process=waiting.event.router.contract.name)
        if self._stopping.is_set():
            return _STOPPING
        return detail if hurries else None

    async def _reject(self, lane: deque[Waiting], waiting: Waiting, rejection: Rejection) -> None:
        event = waiting.event
        try:
            with event.span.active():
                result = await self._rejecter.reject(event.message, rejection, waiting.patience, event)
        except Exception as error:  # noqa: BLE001  (told to whoever took the message)
            self._fail(lane, waiting, error)
            return
        if result.outcome is Outcome.RETRY:
            self._let_go(lane, waiting, result.detail)
        else:
            lane.remove(waiting)
            waiting.settle(result)

    def _let_go(self, lane: deque[Waiting], waiting: Waiting, detail: str) -> None:
        """Have `waiting` come again, and with it what must not be delivered before it."""
        lane.remove(waiting)
        waiting.settle(come_again(waiting.event, detail))
        self._let_go_behind(lane, waiting)

    def _fail(self, lane: deque[Waiting], waiting: Waiting, error: Exception) -> None:
        lane.remove(waiting)
        waiting.fail(error)
        self._let_go_behind(lane, waiting)

    def _let_go_behind(self, lane: deque[Waiting], waiting: Waiting) -> None:
        if waiting.patience is None:
            self._given_up.add(waiting.event.workflow_id)
        in_stream = waiting.patience is None
        for other in tuple(lane):
            if other.settlement is waiting.settlement or (in_stream and other.patience is None):
                lane.remove(other)
                other.settle(come_again(other.event, _OVERTAKES))

    def _share(self, waiting: Waiting) -> tuple[str, float]:
        """Whose call it is, and at which weight."""
        if not self._priorities.fairness_field:
            return "", 1.0
        key = waiting.event.router.contract.shown_key(waiting.event.envelope)
        tenant = str(key.get(self._priorities.fairness_field, ""))
        return tenant, self._priorities.fairness_weights.get(tenant, 1.0)

    def _count(self, waiting: Waiting, outcome: Outcome) -> None:
        event = waiting.event
        self._metrics.events.labels(event.router.contract.name, event.message.subscription, outcome).inc()


def _part(call: Sequence[Waiting]) -> bool:
    """Have the events of a refused call go one by one, so that it shows whose the fault is."""
    if len(call) == 1:
        return False
    for waiting in call:
        waiting.alone = True
    return True


def _place(waiting: Waiting) -> dict[str, str]:
    message = waiting.event.message
    return {"subscription": message.subscription, "position": message.position}
