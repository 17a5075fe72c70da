"""`suppress` forgets cancellation."""

# replay: holds
# sandbox: passes

import asyncio
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Suppresses:
    @workflow.run
    async def run(self) -> None:
        with suppress(asyncio.CancelledError):  # want: PRA007
            await workflow.sleep(0.001)
        await workflow.execute_activity("go_on", start_to_close_timeout=timedelta(seconds=10))
