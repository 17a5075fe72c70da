"""The running loop has no executor."""

# replay: stuck
# sandbox: passes

import asyncio

from temporalio import workflow


@workflow.defn
class RunsInExecutor:
    @workflow.run
    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, sum, [1, 2])  # want: DET010
