"""Last stage for streams: how far a position may move."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

__all__ = ["ContiguousPositions", "Ticket"]

PositionT = TypeVar("PositionT")


class ContiguousPositions(Generic[PositionT]):
    """Messages settle in any order; the position moves only past those before which nothing is unsettled."""

    def __init__(self) -> None:
        self._waiting: deque[Ticket[PositionT]] = deque()

    def __len__(self) -> int:
        """How many messages are taken and not yet passed."""
        return len(self._waiting)

    def take(self, position: PositionT) -> Ticket[PositionT]:
        """Note a message, in the order of the stream; `position` is where to go on once it is passed."""
        ticket = Ticket(position)
        self._waiting.append(ticket)
        return ticket

    def settle(self, ticket: Ticket[PositionT]) -> PositionT | None:
        """Note that a message is settled.

        Returns:
            The position to go on from if it has moved, else None.
        """
        ticket.settled = True
        moved = None
        while self._waiting and self._waiting[0].settled:
            moved = self._waiting.popleft().position
        return moved


class Ticket(Generic[PositionT]):
    """One message on its way."""

    __slots__ = ("position", "settled")

    def __init__(self, position: PositionT) -> None:
        self.position = position
        self.settled = False
