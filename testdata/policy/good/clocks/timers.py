"""Timers of the workflow."""

# replay: holds
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Timers:
    def __init__(self) -> None:
        self.paid = False

    @workflow.run
    async def run(self) -> None:
        await asyncio.sleep(0.001)
        await workflow.sleep(timedelta(milliseconds=1))
        try:
            await workflow.wait_condition(lambda: self.paid, timeout=0.001)
        except asyncio.TimeoutError:
            await workflow.execute_activity("remind", start_to_close_timeout=timedelta(seconds=10))
        try:
            async with asyncio.timeout(0.001):
                await workflow.wait_condition(lambda: self.paid)
        except TimeoutError:
            await workflow.execute_activity("give_up", start_to_close_timeout=timedelta(seconds=10))
