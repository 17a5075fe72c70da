"""What becomes of an event that can never succeed: a dead letter, an answer, or the end of the ingress."""

from __future__ import annotations

import asyncio
import logging

from process_runtime.backoff import Backoff
from process_runtime.dead_letters import DeadLetter, DeadLetterError, DeadLetters
from process_runtime.health import Condition
from process_runtime.ingress.dead_letters import letter_of
from process_runtime.ingress.events import (
    EventResult,
    Outcome,
    RawMessage,
    Reason,
    Rejection,
    RoutedEvent,
)
from process_runtime.ingress.stopping import pause
from process_runtime.ingress.waiting import Patience
from process_runtime.metrics import Metrics
from process_runtime.service import ServiceError
from process_runtime.setting_types import UnknownEvents

__all__ = ["Rejecter"]

logger = logging.getLogger(__name__)


class Rejecter:
    """Settles what can never succeed."""

    def __init__(
        self,
        dead_letters: DeadLetters | None,
        *,
        metrics: Metrics,
        condition: Condition,
        stopping: asyncio.Event,
        unknown_events: UnknownEvents = "dead-letter",
    ) -> None:
        self._dead_letters = dead_letters
        self._unknown_events = unknown_events
        self._waiting = False
        self._metrics = metrics
        self._condition = condition
        self._stopping = stopping

    def waits_for(self, rejection: Rejection) -> bool:
        """Whether such an event is to wait until somebody knows its type, rather than be rejected."""
        return rejection.reason is Reason.UNKNOWN_TYPE and self._unknown_events == "retry"

    async def reject(
        self,
        message: RawMessage,
        rejection: Rejection,
        patience: Patience | None,
        event: RoutedEvent | None = None,
    ) -> EventResult:
        """Keep `message` as a dead letter.

        Args:
            message: A single event.
            rejection: Why it can never succeed.
            patience: Of somebody who waits, and so hears of it; None for a stream.
            event: What is in it, as far as that is known.

        Raises:
            ServiceError: There is nowhere to keep it, and nobody to tell.
        """
        if rejection.reason is Reason.UNKNOWN_TYPE:
            if self._unknown_events == "retry":
                return await self._wait(message, rejection, patience, event)
            # The caller of a command waits for its reply, and gets none from nobody.
            if self._unknown_events == "ignore" and not (event and event.route.delivery.is_update):
                self._count(message, rejection, Outcome.IGNORED)
                return _result(event, Outcome.IGNORED, detail=rejection.detail)
        answered = patience is not None and rejection.refusal is not None
        if self._dead_letters is not None and not answered:
            letter = letter_of(message, rejection)
            if not await self._bury(self._dead_letters, letter, patience):
                return _result(event, Outcome.RETRY, detail="the dead letter cannot be kept now")
            self._metrics.dead_letters.labels(rejection.process, rejection.reason).inc()
        elif patience is None:
            raise ServiceError(
                f"subscription {message.subscription}: the message at {message.position} can never succeed "
                f"({rejection}) and there is no dead-letter stream: set DEAD_LETTER_FILE or "
                "DEAD_LETTER_BINDING_FILE, or remove it"
            )
        place = {
            "subscription": message.subscription,
            "position": message.position,
            "process_name": rejection.process,
        }
        logger.warning("rejected: %s", rejection, extra=place)
        self._count(message, rejection, rejection.reason)
        return _result(event, Outcome.REJECTED, rejection=rejection)

    async def _wait(
        self,
        message: RawMessage,
        rejection: Rejection,
        patience: Patience | None,
        event: RoutedEvent | None,
    ) -> EventResult:
        """Have an event come again; one of a stream when this ingress has made room for one that knows it."""
        self._count(message, rejection, Outcome.RETRY)
        if patience is None:
            if not self._waiting:
                place = f"{message.subscription} waits at {message.position}"
                logger.error("%s for an ingress that knows the event: %s", place, rejection)
                self._condition.not_ready("UnknownType", f"{place} for an ingress that knows the event")
            self._waiting = True
            await self._stopping.wait()
        return _result(event, Outcome.RETRY, detail=rejection.detail)

    def _count(self, message: RawMessage, rejection: Rejection, outcome: str) -> None:
        self._metrics.events.labels(rejection.process, message.subscription, outcome).inc()

    async def _bury(self, stream: DeadLetters, letter: DeadLetter, patience: Patience | None) -> bool:
        """Write a dead letter; for a stream until it is written, or the ingress stops."""
        backoff = Backoff()
        failed = False
        while True:
            try:
                await stream.write(letter)
            except DeadLetterError as error:
                if not failed:
                    logger.error("a dead letter cannot be kept; nothing is settled until it is: %s", error)
                failed = True
                if patience is not None or self._stopping.is_set():
                    return False
                self._condition.not_ready("DeadLetterFailed", f"a dead letter cannot be kept: {error}")
                await pause(backoff.next_delay(), self._stopping)
            else:
                if failed and not self._waiting:
                    self._condition.ready()
                return True


def _result(
    event: RoutedEvent | None, outcome: Outcome, *, rejection: Rejection | None = None, detail: str = ""
) -> EventResult:
    return EventResult(
        outcome=outcome,
        rejection=rejection,
        workflow_id=event.workflow_id if event else "",
        event_type=event.meta.event_type if event else "",
        detail=detail,
    )
