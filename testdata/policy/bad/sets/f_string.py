"""A set is formatted into an ID."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class FormatNames:
    @workflow.run
    async def run(self) -> None:
        parts = frozenset(["north", "south", "east", "west", "up", "down"])
        await workflow.execute_activity(
            "route",
            activity_id=f"route-{parts}",  # want: DET011
            start_to_close_timeout=timedelta(seconds=10),
        )
