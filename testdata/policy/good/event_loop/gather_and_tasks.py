"""What keeps an order: gather, tasks, queues, events."""

# replay: holds
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Gathers:
    @workflow.run
    async def run(self) -> None:
        queue: asyncio.Queue[str] = asyncio.Queue()
        done = asyncio.Event()

        async def worker() -> None:
            while not queue.empty():
                await workflow.execute_activity(
                    await queue.get(), start_to_close_timeout=timedelta(seconds=10)
                )
            done.set()

        for name in ("a", "b", "c"):
            queue.put_nowait(name)
        task = asyncio.create_task(worker())
        await done.wait()
        await task
        await asyncio.gather(
            *(
                workflow.execute_activity(f"g{n}", start_to_close_timeout=timedelta(seconds=10))
                for n in range(3)
            )
        )
        await asyncio.wait_for(
            workflow.execute_activity("last", start_to_close_timeout=timedelta(seconds=10)), timeout=30
        )
