import asyncio

from temporalio import workflow


@workflow.defn
class Subscription:
    def __init__(self) -> None:
        self.ended = False

    @workflow.run
    async def run(self) -> str:
        try:
            await workflow.sleep(86400)
        except asyncio.CancelledError:
            self.ended = True
            raise
        return "renewed"
