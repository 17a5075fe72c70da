"""The first of a set."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class FirstOne:
    @workflow.run
    async def run(self) -> None:
        winner = next(iter({"kim", "lee", "max", "noa", "ole", "pia"}))  # want: DET011
        await workflow.execute_activity(
            "prize", activity_id=winner, start_to_close_timeout=timedelta(seconds=10)
        )
