"""Asyncio.run."""

# replay: not-run because it is about how lines are judged, and starts nothing

import asyncio

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        asyncio.run(asyncio.sleep(1))  # want: DET010
