"""An activity in the same file."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time
from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def stamp() -> float:
    return time.time()


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return await workflow.execute_activity(stamp, start_to_close_timeout=timedelta(seconds=1))
