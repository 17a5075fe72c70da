"""Random with a seed."""

# replay: not-run because it is about how lines are judged, and starts nothing

import random

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        dice = random.Random(7)
        return dice.random() + dice.choice([1, 2])
