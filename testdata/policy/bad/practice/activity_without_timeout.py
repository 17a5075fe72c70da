"""An activity needs a timeout."""

# replay: stuck
# sandbox: passes

from temporalio import workflow


@workflow.defn
class NoTimeout:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity("work", "o-1")  # want: PRA003
