"""The worker's process ID is a lock's owner."""

# replay: breaks
# sandbox: stops

import os
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class TakeLock:
    @workflow.run
    async def run(self) -> None:
        owner = f"{os.getpid()}"  # want: DET005
        await workflow.execute_activity(
            "lock", activity_id=owner, start_to_close_timeout=timedelta(seconds=10)
        )
