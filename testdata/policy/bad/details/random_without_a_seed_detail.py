"""Random without a seed."""

# replay: not-run because it is about how lines are judged, and starts nothing

import random

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return random.Random().random()  # want: DET003
