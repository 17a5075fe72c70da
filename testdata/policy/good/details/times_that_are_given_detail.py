"""Times that are given."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time
from datetime import datetime, timezone

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, at: float) -> object:
        return time.strftime("%Y", time.gmtime(at)), datetime.fromtimestamp(at, timezone.utc)
