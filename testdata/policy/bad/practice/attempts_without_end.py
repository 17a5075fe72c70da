"""`maximum_attempts=0` is no limit."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

POLICY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=0)  # want: PRA014?


@workflow.defn
class NeverGivesUp:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "charge",
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=POLICY,  # want: PRA014?
        )
