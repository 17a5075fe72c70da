"""Random.random."""

# replay: not-run because it is about how lines are judged, and starts nothing

import random

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return random.random()  # want: DET003
