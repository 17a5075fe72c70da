"""Os.urandom."""

# replay: not-run because it is about how lines are judged, and starts nothing

import os

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> bytes:
        return os.urandom(8)  # want: DET003
