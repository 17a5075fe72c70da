"""Order within a key, concurrency across keys."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["KeyLanes"]

T = TypeVar("T")

_Job = tuple[Callable[[], Awaitable[T]], "asyncio.Future[T]"]


class KeyLanes(Generic[T]):
    """Runs the jobs of one key one at a time in the order they came, those of different keys at once.

    Keeps nothing of a key without jobs.
    """

    def __init__(self) -> None:
        self._lanes: dict[Hashable, deque[_Job[T]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, key: Hashable, job: Callable[[], Awaitable[T]]) -> asyncio.Future[T]:
        """Run `job` after all earlier jobs of `key`; the future has its result or exception."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        lane = self._lanes.get(key)
        if lane is not None:
            lane.append((job, future))
            return future
        self._lanes[key] = lane = deque([(job, future)])
        task = asyncio.create_task(self._run(key, lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return future

    async def cancel(self) -> None:
        """Stop all jobs; the futures of those that have not ended are cancelled."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _run(self, key: Hashable, lane: deque[_Job[T]]) -> None:
        try:
            while lane:
                job, future = lane.popleft()
                try:
                    result = await job()
                except asyncio.CancelledError:
                    future.cancel()
                    raise
                except Exception as error:  # noqa: BLE001  (passed on to whoever waits for this job)
                    if not future.done():
                        future.set_exception(error)
                else:
                    if not future.done():
                        future.set_result(result)
        finally:
            del self._lanes[key]
            for _, future in lane:
                future.cancel()
