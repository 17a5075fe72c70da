"""A clock is not called by its own name."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Sampler:
    @workflow.run
    async def run(self) -> None:
        for clock in (time.time, time.monotonic):  # want: DET001
            await workflow.execute_activity(
                "sample", activity_id=f"{clock()}", start_to_close_timeout=timedelta(seconds=10)
            )
