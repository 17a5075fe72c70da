"""Time is imported under another name."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time as t

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return t.monotonic()  # want: DET001
