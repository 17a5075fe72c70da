"""Order within a key, concurrency across keys."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["KeyLanes"]

T = TypeVar("T")


class KeyLanes(Generic[T]):
    """Lines up items by key, and serves the lane of each busy key with one task.

    Keeps nothing of a key without items. A lane is first served in a later turn of the event loop than its
    first item was put in, so that it holds whatever else came in the same turn.
    """

    def __init__(self, serve: Callable[[deque[T]], Awaitable[None]], abandon: Callable[[T], None]) -> None:
        """Serve lanes with `serve`.

        Args:
            serve: Takes at least one item off the front of a lane, each when it is done with it.
            abandon: Is given every item that is still in a lane when its serving breaks off.
        """
        self._serve = serve
        self._abandon = abandon
        self._lanes: dict[Hashable, deque[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many keys are busy."""
        return len(self._lanes)

    def put(self, key: Hashable, item: T) -> None:
        """Line `item` up behind the earlier ones of `key`."""
        lane = self._lanes.get(key)
        if lane is not None:
            lane.append(item)
            return
        self._lanes[key] = lane = deque((item,))
        task = asyncio.create_task(self._run(key, lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def cancel(self) -> None:
        """Stop serving; what is in the lanes is abandoned."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        # A task that is cancelled before its first turn never runs.
        for lane in self._lanes.values():
            self._abandon_all(lane)
        self._lanes.clear()

    async def _run(self, key: Hashable, lane: deque[T]) -> None:
        try:
            while lane:
                await self._serve(lane)
        finally:
            del self._lanes[key]
            self._abandon_all(lane)

    def _abandon_all(self, lane: deque[T]) -> None:
        while lane:
            self._abandon(lane.popleft())
