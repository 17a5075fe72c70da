"""A clock is handed on without being called."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> list[float]:
        return [clock() for clock in (time.time,)]  # want: DET001
