"""A clock is imported from its module under another name."""

# replay: not-run because it is about how lines are judged, and starts nothing

from time import perf_counter_ns as tick

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> int:
        return tick()  # want: DET001
