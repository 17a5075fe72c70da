"""A module constant that the workflow reads."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow

STARTED = time.time()  # want: DET001


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return STARTED
