"""One partition while this ingress holds it: what is in flight of it, and how far it is settled."""

from __future__ import annotations

import asyncio

from process_runtime.ingress.settle import ContiguousPositions, Ticket

__all__ = ["Partition"]


class Partition:
    """A partition from when it is assigned until it is given up; a partition that comes back is a new one.

    It belongs to the event loop, but for `committed`, which is the consumer's thread's. `settled` is written
    by the one and read by the other.
    """

    def __init__(self, topic: str, number: int) -> None:
        self.topic = topic
        self.number = number
        self.given_up = False
        """Nothing more of it may be taken."""
        self.settled: int | None = None
        """The offset to go on from after a restart, once it has moved here."""
        self.committed: int | None = None
        """What of that the group knows."""
        self.first: int | None = None
        """The offset that it began at here, once known."""
        self.end: int | None = None
        """Where it ended when the consumer was last there."""
        self.held_back = False
        """Whether it is not read, as too much of it is settled beyond a message that is not."""
        self._positions: ContiguousPositions[int] = ContiguousPositions()
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def take(self, offset: int) -> Ticket[int]:
        """Note that the message at `offset` is on its way."""
        if self.first is None:
            self.first = offset
        self._in_flight += 1
        self._idle.clear()
        return self._positions.take(offset + 1)

    def done(self, ticket: Ticket[int], *, settled: bool) -> None:
        """Note that a message is no longer on its way; unless it is settled it has to come again."""
        if settled:
            moved = self._positions.settle(ticket)
            if moved is not None:
                self.settled = moved
        self._in_flight -= 1
        if not self._in_flight:
            self._idle.set()

    @property
    def place(self) -> int | None:
        """The offset of the oldest message that is not settled, once known.

        At the end of a partition it is its end: what a transaction or compaction leaves is no message.
        """
        place = self.first if self.settled is None else self.settled
        if self.end is None or self._in_flight:
            return place
        return self.end if place is None else max(place, self.end)

    @property
    def is_idle(self) -> bool:
        """Whether nothing of it is on its way."""
        return not self._in_flight

    @property
    def is_far_beyond(self) -> bool:
        """Whether too much of it is settled beyond a message that is not."""
        return self._positions.is_far_beyond

    async def give_up(self) -> None:
        """Take nothing more of it, and wait for what is in flight."""
        self.given_up = True
        await self._idle.wait()
