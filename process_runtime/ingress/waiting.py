"""An event that waits for its delivery, and the message it came in, which is settled with its last event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from process_runtime.ingress.events import EventResult, Outcome, RoutedEvent

__all__ = ["Patience", "Settlement", "Waiting", "come_again"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long somebody waits for the answer; after that the event is theirs to send again."""

    delivery: timedelta
    reply: timedelta
    """Beyond delivery, for the reply of an update."""


class Settlement:
    """What became of each event of one message; concluded once, when all are known."""

    __slots__ = ("_conclude", "_error", "_open", "_results")

    def __init__(
        self, events: int, conclude: Callable[[Sequence[EventResult] | BaseException | None], None]
    ) -> None:
        """Wait for what becomes of `events`.

        Args:
            events: How many the message holds, at least one.
            conclude: Is given one result for each, in their order; or the error that kept one from being
                settled; or None if the work on one was broken off.
        """
        self._conclude = conclude
        self._open = events
        self._results: list[EventResult | None] = [None] * events
        self._error: BaseException | None = None

    def settle(self, place: int, result: EventResult | None) -> None:
        """Note what became of the event at `place`; None if the work on it was broken off."""
        self._results[place] = result
        self._one_less()

    def fail(self, error: BaseException) -> None:
        """Note that one event cannot be settled, nor left to come again."""
        self._error = self._error or error
        self._one_less()

    def _one_less(self) -> None:
        self._open -= 1
        if self._open:
            return
        if self._error is not None:
            self._conclude(self._error)
            return
        results = [result for result in self._results if result is not None]
        self._conclude(results if len(results) == len(self._results) else None)


@dataclass(slots=True, eq=False, kw_only=True)
class Waiting:
    """An event in the lane of its workflow ID."""

    event: RoutedEvent
    settlement: Settlement
    place: int
    """In the message."""
    patience: Patience | None
    since: float
    """When it was taken, on the clock of ``time.monotonic``."""
    absent_since: float | None = None
    """Since when no process that it could go to has been seen."""
    alone: bool = False
    """Whether it must not share a call: one with others was refused, perhaps for its sake."""

    def settle(self, result: EventResult | None) -> None:
        """Say what became of it; None if the work on it is broken off."""
        self.event.span.ended(result)
        self.settlement.settle(self.place, result)

    def fail(self, error: BaseException) -> None:
        """Say that it can neither be settled nor come again."""
        self.event.span.ended(None)
        self.settlement.fail(error)


def come_again(event: RoutedEvent, detail: str) -> EventResult:
    """Return that `event` was not delivered and has to come again."""
    return EventResult(
        outcome=Outcome.RETRY, workflow_id=event.workflow_id, event_type=event.meta.event_type, detail=detail
    )
