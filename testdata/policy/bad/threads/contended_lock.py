"""A lock of threads that another task holds blocks the event loop for good."""

# replay: stuck
# sandbox: stops

import asyncio
import threading
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class DeadLock:
    def __init__(self) -> None:
        self._lock = threading.Lock()  # want: DET009

    async def _step(self) -> None:
        with self._lock:  # want: DET009?
            await workflow.execute_activity("step", start_to_close_timeout=timedelta(seconds=10))

    @workflow.run
    async def run(self) -> None:
        if self._lock.acquire(timeout=0.01):  # want: DET009?
            self._lock.acquire(timeout=3)  # want: DET009?
        await asyncio.gather(self._step(), self._step())
