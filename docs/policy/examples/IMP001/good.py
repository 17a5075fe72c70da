from datetime import timedelta

from temporalio import workflow

import discounts


@workflow.defn
class Order:
    @workflow.run
    async def run(self, amount: int) -> int:
        await workflow.sleep(timedelta(seconds=1))
        return discounts.less(amount)
