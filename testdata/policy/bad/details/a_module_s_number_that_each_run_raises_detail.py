"""A module's number that each run raises."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow

RUNS = 0


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> int:
        global RUNS
        RUNS += 1  # want: DET016
        return RUNS  # want: DET016
