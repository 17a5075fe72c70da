"""A set is made text."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class TextOfSet:
    @workflow.run
    async def run(self) -> None:
        key = str({"north", "south", "east", "west", "up", "down"})  # want: DET011
        await workflow.execute_activity(
            "route", activity_id=key, start_to_close_timeout=timedelta(seconds=10)
        )
