"""Durations with workflow timers."""

# replay: not-run because it is about how lines are judged, and starts nothing

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        await asyncio.sleep(timedelta(hours=1).total_seconds())
        await workflow.sleep(5)
        await asyncio.wait_for(asyncio.gather(asyncio.sleep(1)), timeout=3)
