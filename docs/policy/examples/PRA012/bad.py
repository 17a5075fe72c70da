from temporalio import activity, workflow


@workflow.defn
class Order:
    @workflow.run
    async def run(self, order_id: str) -> str:
        activity.heartbeat(order_id)  # PRA012
        return order_id
