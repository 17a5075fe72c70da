"""`all_tasks` is a set."""

# replay: breaks
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class CancelsAll:
    @workflow.run
    async def run(self) -> None:
        async def hold(n: int) -> None:
            try:
                await workflow.sleep(3600)
            finally:
                await workflow.execute_activity(f"release_{n}", start_to_close_timeout=timedelta(seconds=10))

        held = [asyncio.create_task(hold(n)) for n in range(24)]
        await workflow.sleep(0.001)
        for task in asyncio.all_tasks():  # want: DET010/DET011
            if task in held:
                task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
