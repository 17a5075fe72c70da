"""A task that the workflow itself has cancelled ends with CancelledError, which is expected."""

# replay: holds
# sandbox: passes

import asyncio
import contextlib
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class CancelsItsTask:
    @workflow.run
    async def run(self) -> None:
        reminder = asyncio.create_task(workflow.sleep(3600))
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
        reminder.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reminder
