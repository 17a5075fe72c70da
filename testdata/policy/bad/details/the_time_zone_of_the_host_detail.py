"""The time zone of the host."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time
from datetime import datetime

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, at: float) -> object:
        time.localtime(at)  # want: DET005
        datetime.fromtimestamp(at)  # want: DET005
        return workflow.now().astimezone()  # want: DET005
