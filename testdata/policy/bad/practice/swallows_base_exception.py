"""`BaseException` takes cancellation with it."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class CatchesEverything:
    def __init__(self) -> None:
        self.failed = False

    @workflow.run
    async def run(self) -> None:
        try:
            await workflow.execute_activity("step", start_to_close_timeout=timedelta(seconds=10))
        except BaseException:  # want: PRA007
            self.failed = True
