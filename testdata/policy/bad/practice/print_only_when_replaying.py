"""The guard is the wrong way round."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class PrintsOnReplay:
    @workflow.run
    async def run(self) -> None:
        if workflow.unsafe.is_replaying():
            print("again")  # want: PRA001
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
