from temporalio import workflow


@workflow.defn
class Order:  # PRA009
    async def run(self, order_id: str) -> str:
        return order_id
