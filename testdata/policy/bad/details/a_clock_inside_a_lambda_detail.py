"""A clock inside a lambda."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: time.time() > 5)  # want: DET001
