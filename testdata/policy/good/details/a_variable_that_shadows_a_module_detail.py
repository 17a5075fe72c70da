"""A variable that shadows a module."""

# replay: not-run because it is about how lines are judged, and starts nothing

import random

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        random = workflow.random()
        return random.random()
