"""A blocking function is sent to a thread."""

# replay: stuck
# sandbox: passes

import asyncio

from temporalio import workflow


def heavy(n: int) -> int:
    return n * n


@workflow.defn
class SendsToThread:
    @workflow.run
    async def run(self) -> int:
        return await asyncio.to_thread(heavy, 7)  # want: DET010
