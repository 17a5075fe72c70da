"""An event loop in the event loop."""

# replay: stuck
# sandbox: passes

import asyncio

from temporalio import workflow


async def compute() -> int:
    return 1


@workflow.defn
class NestedLoop:
    @workflow.run
    async def run(self) -> int:
        return asyncio.run(compute())  # want: DET010
