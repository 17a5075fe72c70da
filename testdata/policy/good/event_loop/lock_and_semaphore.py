"""Locks of asyncio."""

# replay: holds
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class AsyncLocks:
    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._slots = asyncio.Semaphore(2)

    async def _step(self, name: str) -> None:
        async with self._slots, self._lock:
            await workflow.execute_activity(name, start_to_close_timeout=timedelta(seconds=10))

    @workflow.run
    async def run(self) -> None:
        await asyncio.gather(*map(self._step, ["a", "b", "c"]))
