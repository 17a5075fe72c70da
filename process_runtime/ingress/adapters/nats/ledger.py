"""What was taken from a consumer and what became of it, over all connections to it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from functools import partial

__all__ = ["Ledger"]


class _Taken:
    """A message that was delivered to us and is not settled."""

    __slots__ = ("reply", "told")

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.told = time.monotonic()


class Ledger:
    """The messages of one consumer that are not settled, or settled and not known to be acknowledged.

    A message that is delivered once more while it is in here is not taken once more.
    """

    def __init__(self) -> None:
        self._open: dict[int, _Taken] = {}
        self._settled: set[int] = set()
        self._running: set[asyncio.Future[bool]] = set()
        self.acks: deque[str] = deque()
        """Subjects to acknowledge to, of what is settled."""
        self.to_send = asyncio.Event()
        """Set when `acks`, `failure` or `halted` change."""
        self.room = asyncio.Event()
        """Set when there may be room for more."""
        self.failure: BaseException | None = None
        """Why the subscription cannot go on."""
        self.halted = False
        """Whether a message has to come again: nothing that follows it may be taken before."""

    def __len__(self) -> int:
        """How many messages are not settled, or not known to be acknowledged."""
        return len(self._open) + len(self._settled)

    def enter(self, sequence: int, reply: str) -> bool:
        """Note a delivery, and say whether the message is to be taken: it is if it is not in here yet."""
        if (taken := self._open.get(sequence)) is not None:
            taken.reply = reply
            return False
        if sequence in self._settled:
            # The acknowledgement did not arrive, or arrived when the consumer had begun anew.
            self.acks.append(reply)
            self.to_send.set()
            return False
        self._open[sequence] = _Taken(reply)
        return True

    def follow(self, sequence: int, future: asyncio.Future[bool]) -> None:
        """Wait for the outcome of a message that was entered and taken."""
        self._running.add(future)
        future.add_done_callback(partial(self._done, sequence))

    def forget(self, sequence: int) -> None:
        """Note that a message that was entered is not taken after all: it comes again."""
        self._open.pop(sequence, None)

    def acknowledged(self, floor: int) -> None:
        """Note that JetStream knows of all messages up to `floor` that they are settled."""
        self._settled = {sequence for sequence in self._settled if sequence > floor}
        self.room.set()

    def silent(self, longer_than: float) -> list[str]:
        """Return where to say that work goes on, for what nothing was said about for so many seconds."""
        now = time.monotonic()
        replies: list[str] = []
        for taken in self._open.values():
            if now - taken.told > longer_than:
                taken.told = now
                replies.append(taken.reply)
        return replies

    async def drained(self) -> None:
        """Wait until nothing that was taken is still on its way."""
        while self._running:
            await asyncio.wait(self._running)

    def _done(self, sequence: int, future: asyncio.Future[bool]) -> None:
        self._running.discard(future)
        taken = self._open.pop(sequence)
        if future.cancelled():
            self.halted = True
        elif (error := future.exception()) is not None:
            self.failure = self.failure or error
        elif future.result():
            self._settled.add(sequence)
            self.acks.append(taken.reply)
        else:
            self.halted = True
        self.to_send.set()
        self.room.set()
