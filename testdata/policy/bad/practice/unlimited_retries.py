"""Nothing limits the attempts."""

# replay: holds
# sandbox: passes
# select: PRA006

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy


@workflow.defn
class RetriesForever:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(  # want: PRA006
            "charge",
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1)),
        )
