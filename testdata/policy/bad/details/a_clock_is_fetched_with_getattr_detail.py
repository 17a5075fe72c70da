"""A clock is fetched with getattr."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return getattr(time, "time")()  # want: DET001
