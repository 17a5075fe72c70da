"""Cancellation is caught and forgotten."""

# replay: holds
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Unstoppable:
    @workflow.run
    async def run(self) -> None:
        try:
            await workflow.sleep(0.001)
        except asyncio.CancelledError:  # want: PRA007
            pass
        await workflow.execute_activity("go_on", start_to_close_timeout=timedelta(seconds=10))
