from datetime import timedelta

from temporalio import workflow

import pricing  # IMP001


@workflow.defn
class Order:
    @workflow.run
    async def run(self, amount: int) -> int:
        await workflow.sleep(timedelta(seconds=1))
        return pricing.total(amount)
