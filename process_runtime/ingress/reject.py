"""What becomes of an event that can never succeed: a dead letter, an answer, or the end of the ingress."""

from __future__ import annotations

import asyncio
import logging

from process_runtime.backoff import Backoff
from process_runtime.dead_letters import DeadLetter, DeadLetterError, DeadLetters
from process_runtime.health import Condition
from process_runtime.ingress.dead_letters import letter_of
from process_runtime.ingress.events import EventResult, Outcome, RawMessage, Rejection, RoutedEvent
from process_runtime.ingress.stopping import pause
from process_runtime.ingress.waiting import Patience
from process_runtime.metrics import Metrics
from process_runtime.service import ServiceError

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
    ) -> None:
        self._dead_letters = dead_letters
        self._metrics = metrics
        self._condition = condition
        self._stopping = stopping

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
        self._metrics.events.labels(rejection.process, message.subscription, rejection.reason).inc()
        return _result(event, Outcome.REJECTED, rejection=rejection)

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
                if failed:
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
