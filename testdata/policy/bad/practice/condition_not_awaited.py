"""A condition is not awaited."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ForgetsCondition:
    def __init__(self) -> None:
        self.ready = False

    @workflow.run
    async def run(self) -> None:
        workflow.wait_condition(lambda: self.ready)  # want: PRA004
        await workflow.execute_activity("ship", start_to_close_timeout=timedelta(seconds=10))
