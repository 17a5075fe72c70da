"""`__import__` of a clock."""

# replay: breaks
# sandbox: stops

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class DunderImport:
    @workflow.run
    async def run(self) -> None:
        now = __import__("time").time_ns()  # want: DET015, DET001?
        await workflow.execute_activity(
            "use", activity_id=str(now), start_to_close_timeout=timedelta(seconds=10)
        )
