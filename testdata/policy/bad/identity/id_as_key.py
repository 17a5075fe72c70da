"""An object's address is its name."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ById:
    @workflow.run
    async def run(self) -> None:
        handle = object()
        await workflow.execute_activity(
            "open",
            activity_id=f"h{id(handle)}",  # want: DET014
            start_to_close_timeout=timedelta(seconds=10),
        )
