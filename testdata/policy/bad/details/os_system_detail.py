"""Os.system."""

# replay: not-run because it is about how lines are judged, and starts nothing

import os

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        os.system("ls")  # want: DET008
