"""A clock is imported inside the method."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        from time import time

        return time()  # want: DET001
