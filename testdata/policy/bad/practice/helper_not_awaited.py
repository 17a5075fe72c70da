"""An async method of one's own is not awaited."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ForgetsHelper:
    async def _notify(self, order: str) -> None:
        await workflow.execute_activity("notify", order, start_to_close_timeout=timedelta(seconds=10))

    @workflow.run
    async def run(self) -> None:
        self._notify("o-1")  # want: PRA004
        await workflow.execute_activity("ship", start_to_close_timeout=timedelta(seconds=10))
