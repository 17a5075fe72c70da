"""A coroutine that is not awaited does nothing."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ForgetsActivity:
    @workflow.run
    async def run(self) -> None:
        workflow.execute_activity("mail", start_to_close_timeout=timedelta(seconds=10))  # want: PRA004
        await workflow.execute_activity("ship", start_to_close_timeout=timedelta(seconds=10))
