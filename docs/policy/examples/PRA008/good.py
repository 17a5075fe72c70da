from temporalio import workflow
from temporalio.exceptions import ApplicationError


@workflow.defn
class Order:
    @workflow.run
    async def run(self, amount: int) -> int:
        if amount < 0:
            raise ApplicationError("amount below zero", non_retryable=True)
        return amount
