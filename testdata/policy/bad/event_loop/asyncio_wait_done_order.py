"""What is done first is a set in `asyncio.wait`."""

# replay: breaks
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class FirstBids:
    @workflow.run
    async def run(self) -> None:
        async def bid(name: str) -> str:
            return name

        tasks = [asyncio.create_task(bid(f"bidder_{n}")) for n in range(24)]
        done, _ = await asyncio.wait(tasks)  # want: DET010
        for task in done:  # want: DET011?
            workflow.start_activity(f"thank_{task.result()}", start_to_close_timeout=timedelta(seconds=10))
        await workflow.sleep(0.001)
