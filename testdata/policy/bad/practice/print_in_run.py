"""A print is repeated by every replay."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Prints:
    @workflow.run
    async def run(self) -> None:
        print("started", workflow.info().workflow_id)  # want: PRA001
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
