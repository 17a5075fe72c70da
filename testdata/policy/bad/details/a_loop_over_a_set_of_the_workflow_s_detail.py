"""A loop over a set of the workflow's own."""

# replay: not-run because it is about how lines are judged, and starts nothing

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Flow:
    def __init__(self) -> None:
        self.names: set[str] = set()

    @workflow.run
    async def run(self) -> None:
        for name in self.names:  # want: DET011
            await workflow.execute_activity(name, start_to_close_timeout=timedelta(seconds=1))
