"""Asyncio.to_thread."""

# replay: not-run because it is about how lines are judged, and starts nothing

from asyncio import to_thread

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        await to_thread(print)  # want: DET010
