"""The clock is fetched with getattr."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Fetched:
    @workflow.run
    async def run(self) -> None:
        now = getattr(time, "time")()  # want: DET001/DET015
        await workflow.execute_activity(
            "note", activity_id=str(now), start_to_close_timeout=timedelta(seconds=10)
        )
