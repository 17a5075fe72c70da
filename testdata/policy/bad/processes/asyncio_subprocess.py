"""A process of asyncio: the workflow's event loop has none."""

# replay: stuck
# sandbox: passes

import asyncio

from temporalio import workflow


@workflow.defn
class AsyncProcess:
    @workflow.run
    async def run(self) -> int | None:
        process = await asyncio.create_subprocess_exec("true")  # want: DET008
        return await process.wait()
