"""Command line arguments."""

# replay: not-run because it is about how lines are judged, and starts nothing

import sys

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return sys.argv[0]  # want: DET005
