"""A condition waits for a clock."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class WaitsForTheClock:
    @workflow.run
    async def run(self) -> None:
        seen: list[float] = []
        await workflow.wait_condition(lambda: seen.append(time.time()) is None)  # want: DET001
        await workflow.execute_activity(
            "ring", activity_id=str(seen[0]), start_to_close_timeout=timedelta(seconds=10)
        )
