"""An exception that is not of Temporal's does not fail the execution: it is stuck."""

# replay: stuck
# sandbox: passes
# start: [-1]

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Validates:
    @workflow.run
    async def run(self, amount: int) -> None:
        if amount < 0:
            raise ValueError("amount must not be negative")  # want: PRA008
        await workflow.execute_activity("charge", start_to_close_timeout=timedelta(seconds=10))
