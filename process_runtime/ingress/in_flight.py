"""How much may be in flight: taken by the ingress and not settled."""

from __future__ import annotations

import asyncio
from collections import deque

__all__ = ["InFlight"]


class InFlight:
    """Bounds the messages in flight and their bytes; who waits for room gets it in turn.

    A message is let in while there is any room at all, so that one larger than the bound on bytes passes too:
    the bytes may be exceeded by one message.
    """

    def __init__(self, max_messages: int, max_bytes: int) -> None:
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._messages = 0
        self._bytes = 0
        self._entering: deque[tuple[asyncio.Future[None], int]] = deque()
        self._watching: list[asyncio.Future[None]] = []

    @property
    def has_room(self) -> bool:
        """Whether `acquire` returns at once."""
        return not self._entering and self._is_free

    @property
    def _is_free(self) -> bool:
        return self._messages < self._max_messages and self._bytes < self._max_bytes

    async def acquire(self, size: int) -> None:
        """Let a message of `size` bytes in, once there is room."""
        if self.has_room:
            self._messages += 1
            self._bytes += size
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (turn, size)
        self._entering.append(entry)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release(size)
            elif entry in self._entering:  # else a release has met it cancelled, and passed it over
                self._entering.remove(entry)
            raise

    def release(self, size: int) -> None:
        """Note that a message of `size` bytes, which was let in, is settled."""
        self._messages -= 1
        self._bytes -= size
        while self._entering and self._is_free:
            turn, entering = self._entering.popleft()
            if not turn.done():
                self._messages += 1
                self._bytes += entering
                turn.set_result(None)
        if self._watching and self._is_roomy:
            watching, self._watching = self._watching, []
            for watcher in watching:
                if not watcher.done():
                    watcher.set_result(None)

    async def room(self) -> None:
        """Wait for room; once full, until a quarter is free."""
        while not self.has_room:
            watcher: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._watching.append(watcher)
            await watcher

    @property
    def _is_roomy(self) -> bool:
        return (
            not self._entering
            and self._messages <= self._max_messages * 3 // 4
            and self._bytes <= self._max_bytes * 3 // 4
        )
