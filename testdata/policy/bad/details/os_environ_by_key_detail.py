"""Os.environ by key."""

# replay: not-run because it is about how lines are judged, and starts nothing

import os

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return os.environ["REGION"]  # want: DET005
