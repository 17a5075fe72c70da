"""A loop of one's own."""

# replay: stuck
# sandbox: passes

import asyncio

from temporalio import workflow


async def compute() -> int:
    return 1


@workflow.defn
class OwnLoop:
    @workflow.run
    async def run(self) -> int:
        loop = asyncio.new_event_loop()  # want: DET010
        return loop.run_until_complete(compute())  # want: DET010
