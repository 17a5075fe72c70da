from temporalio import workflow


@workflow.defn
class Order:
    @workflow.run
    async def run(self, amount: int) -> int:
        if amount < 0:
            raise ValueError("amount below zero")  # PRA008
        return amount
