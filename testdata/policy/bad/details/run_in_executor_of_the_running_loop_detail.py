"""Run_in_executor of the running loop."""

# replay: not-run because it is about how lines are judged, and starts nothing

import asyncio

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, print)  # want: DET010
