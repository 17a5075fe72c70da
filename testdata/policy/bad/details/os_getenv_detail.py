"""Os.getenv."""

# replay: not-run because it is about how lines are judged, and starts nothing

import os

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str | None:
        return os.getenv("REGION")  # want: DET005
