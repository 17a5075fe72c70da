"""Random.choice from the module."""

# replay: not-run because it is about how lines are judged, and starts nothing

from random import choice

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> int:
        return choice([1, 2])  # want: DET003
