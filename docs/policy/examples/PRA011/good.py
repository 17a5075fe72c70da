from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def charge(order_id: str) -> str:
    return order_id


@workflow.defn
class Order:
    @workflow.run
    async def run(self, order_id: str) -> str:
        return await workflow.execute_activity(charge, order_id, start_to_close_timeout=timedelta(seconds=30))
