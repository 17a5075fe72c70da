"""Localtime of the present."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        return time.localtime()  # want: DET001
