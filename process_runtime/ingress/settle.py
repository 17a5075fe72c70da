"""Last stage for streams: how far a position may move."""

from __future__ import annotations

from collections import deque
from typing import Final, Generic, TypeVar

__all__ = ["MOST_BEYOND", "ContiguousPositions", "Ticket"]

PositionT = TypeVar("PositionT")

_FEW: Final = 1000

MOST_BEYOND: Final = 8_000
"""How many messages may be taken from one that is not settled on.

After a crash they all come again, and a process knows no more than the last 10,000 of its idempotency keys.
"""


class ContiguousPositions(Generic[PositionT]):
    """Messages settle in any order; the position moves only past those before which nothing is unsettled.

    Memory is bounded by what is unsettled, however many are settled behind it.
    """

    def __init__(self) -> None:
        self._waiting: deque[Ticket[PositionT]] = deque()
        self._messages = 0
        self._unsettled = 0

    def __len__(self) -> int:
        """How many messages are taken and not yet passed."""
        return self._messages

    @property
    def is_far_beyond(self) -> bool:
        """Whether so much is settled beyond a message that is not, that no more may be taken."""
        return self._messages >= MOST_BEYOND

    def take(self, position: PositionT) -> Ticket[PositionT]:
        """Note a message, in the order of the stream; `position` is where to go on once it is passed."""
        ticket = Ticket(position)
        self._waiting.append(ticket)
        self._messages += 1
        self._unsettled += 1
        return ticket

    def settle(self, ticket: Ticket[PositionT]) -> PositionT | None:
        """Note that a message is settled; once for each.

        Returns:
            The position to go on from if it has moved, else None.
        """
        ticket.settled = True
        self._unsettled -= 1
        moved = None
        while self._waiting and self._waiting[0].settled:
            passed = self._waiting.popleft()
            self._messages -= passed.messages
            moved = passed.position
        # Seldom, so that it costs little for each message.
        if len(self._waiting) > 4 * self._unsettled + _FEW:
            self._merge()
        return moved

    def _merge(self) -> None:
        """Keep the last of settled messages that follow each other, for all of them."""
        merged: deque[Ticket[PositionT]] = deque()
        for ticket in self._waiting:
            if ticket.settled and merged and merged[-1].settled:
                ticket.messages += merged.pop().messages
            merged.append(ticket)
        self._waiting = merged


class Ticket(Generic[PositionT]):
    """One message on its way; or, once settled, it and some that are settled before it."""

    __slots__ = ("messages", "position", "settled")

    def __init__(self, position: PositionT) -> None:
        self.position = position
        self.settled = False
        self.messages = 1
