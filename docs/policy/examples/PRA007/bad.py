import asyncio

from temporalio import workflow


@workflow.defn
class Subscription:
    @workflow.run
    async def run(self) -> str:
        try:
            await workflow.sleep(86400)
        except asyncio.CancelledError:  # PRA007
            pass
        return "renewed"
