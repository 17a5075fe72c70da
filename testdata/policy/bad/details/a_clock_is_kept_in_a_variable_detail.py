"""A clock is kept in a variable."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        clock = time.time  # want: DET001
        return clock()  # want: DET001
