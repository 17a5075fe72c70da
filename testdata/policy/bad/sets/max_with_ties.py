"""Which of several equals is the greatest is up to the set's order."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class BestBid:
    @workflow.run
    async def run(self) -> None:
        bidders = {"kim", "lee", "max", "noa", "ole", "pia"}
        best = max(bidders, key=len)  # want: DET011
        await workflow.execute_activity(
            "sell", activity_id=best, start_to_close_timeout=timedelta(seconds=10)
        )
