import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Reminder:
    @workflow.run
    async def run(self) -> str:
        await workflow.sleep(timedelta(hours=1))
        await asyncio.sleep(60)  # a timer of the workflow, too
        return "remind"
