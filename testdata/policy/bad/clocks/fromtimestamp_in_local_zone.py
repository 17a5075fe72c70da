"""The moment is the workflow's, but the time zone is the worker's."""

# replay: breaks
# sandbox: passes

from datetime import datetime, timedelta

from temporalio import workflow


@workflow.defn
class LocalTime:
    @workflow.run
    async def run(self) -> None:
        local = datetime.fromtimestamp(workflow.time())  # want: DET005/DET001
        await workflow.execute_activity(
            "greet", activity_id=f"hour-{local.hour}", start_to_close_timeout=timedelta(seconds=10)
        )
