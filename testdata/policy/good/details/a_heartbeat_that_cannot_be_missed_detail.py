"""A heartbeat that cannot be missed: the activity is over before."""

# replay: not-run because it is about how lines are judged, and starts nothing

from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def pay(order: str) -> str:
    return order


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, order: str) -> str:
        return await workflow.execute_activity(
            pay, order, start_to_close_timeout=timedelta(seconds=5), heartbeat_timeout=timedelta(seconds=10)
        )
