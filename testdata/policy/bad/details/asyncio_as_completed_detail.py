"""Asyncio.as_completed."""

# replay: not-run because it is about how lines are judged, and starts nothing

import asyncio

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        for task in asyncio.as_completed([]):  # want: DET010
            await task
