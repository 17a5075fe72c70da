"""Os.path.exists."""

# replay: not-run because it is about how lines are judged, and starts nothing

import os.path

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> bool:
        return os.path.exists("x")  # want: DET006
