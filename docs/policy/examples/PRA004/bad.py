from temporalio import workflow


@workflow.defn
class Order:
    @workflow.run
    async def run(self, order_id: str) -> str:
        workflow.sleep(60)  # PRA004
        return order_id
