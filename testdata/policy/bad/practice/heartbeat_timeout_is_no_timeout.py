"""A heartbeat timeout alone is not enough."""

# replay: stuck
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class OnlyHeartbeatTimeout:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity("work", heartbeat_timeout=timedelta(seconds=5))  # want: PRA003
