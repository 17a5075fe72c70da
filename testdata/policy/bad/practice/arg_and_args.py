"""Arguments are given in two ways at once."""

# replay: stuck
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class TwoWays:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(  # want: PRA013
            "charge", "o-1", args=["o-1", 2], start_to_close_timeout=timedelta(seconds=10)
        )
