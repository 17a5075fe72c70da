from temporalio import activity, workflow


@activity.defn
async def charge(order_id: str) -> str:
    return order_id


@workflow.defn
class Order:
    @workflow.run
    async def run(self, order_id: str) -> str:
        return await charge(order_id)  # PRA011
