"""An assertion that fails leaves the execution stuck."""

# replay: stuck
# sandbox: passes
# start: [""]

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Asserts:
    @workflow.run
    async def run(self, order: str) -> None:
        assert order, "an order is needed"  # want: PRA008
        await workflow.execute_activity("ship", start_to_close_timeout=timedelta(seconds=10))
