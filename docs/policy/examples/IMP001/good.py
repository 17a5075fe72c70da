from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Order:
    @workflow.run
    async def run(self, amount: int) -> int:
        await workflow.sleep(timedelta(seconds=1))
        return amount
