import asyncio

from temporalio import workflow


@workflow.defn
class Batch:
    @workflow.run
    async def run(self, items: list[str]) -> list[str]:
        return await asyncio.gather(*(self.handle(item) for item in items))

    async def handle(self, item: str) -> str:
        await workflow.sleep(1)
        return item.upper()
