"""The workflow says which exceptions fail it."""

# replay: holds
# sandbox: passes
# start: [-1]

from datetime import timedelta

from temporalio import workflow


@workflow.defn(failure_exception_types=[ValueError])
class SaysWhichFail:
    @workflow.run
    async def run(self, amount: int) -> None:
        await workflow.execute_activity("check", start_to_close_timeout=timedelta(seconds=10))
        if amount < 0:
            raise ValueError("amount must not be negative")
