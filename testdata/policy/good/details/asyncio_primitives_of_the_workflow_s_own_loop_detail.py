"""Asyncio primitives of the workflow's own loop."""

# replay: not-run because it is about how lines are judged, and starts nothing

import asyncio

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        queue: asyncio.Queue[int] = asyncio.Queue()
        lock, event = asyncio.Lock(), asyncio.Event()
        task = asyncio.create_task(queue.get())
        async with lock, asyncio.timeout(3):
            event.set()
            await task
