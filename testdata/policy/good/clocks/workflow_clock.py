"""The workflow's own clock."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class OwnClock:
    @workflow.run
    async def run(self) -> None:
        stamp = workflow.now().isoformat()
        await workflow.execute_activity(
            "use",
            activity_id=f"{stamp}-{workflow.time()}-{workflow.time_ns()}",
            start_to_close_timeout=timedelta(seconds=10),
        )
