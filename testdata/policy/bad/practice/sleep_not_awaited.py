"""A timer that is not awaited is none."""

# replay: holds
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ForgetsSleep:
    @workflow.run
    async def run(self) -> None:
        asyncio.sleep(5)  # want: PRA004
        workflow.sleep(timedelta(hours=1))  # want: PRA004
        await workflow.execute_activity("ship", start_to_close_timeout=timedelta(seconds=10))
