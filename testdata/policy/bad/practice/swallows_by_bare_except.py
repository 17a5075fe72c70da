"""A bare except takes cancellation with it."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class BareExcept:
    @workflow.run
    async def run(self) -> None:
        for step in ("one", "two"):
            try:
                await workflow.execute_activity(step, start_to_close_timeout=timedelta(seconds=10))
            except:  # want: PRA007
                workflow.logger.warning("step failed")
