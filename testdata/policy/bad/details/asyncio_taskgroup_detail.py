"""Asyncio.TaskGroup."""

# replay: not-run because it is about how lines are judged, and starts nothing

import asyncio

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        async with asyncio.TaskGroup():  # want: DET010
            pass
