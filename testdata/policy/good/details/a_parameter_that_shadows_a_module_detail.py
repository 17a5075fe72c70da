"""A parameter that shadows a module."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, time: object) -> object:
        return time.time()
