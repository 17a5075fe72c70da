"""The hour of the worker's own time zone decides."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ShiftHandover:
    @workflow.run
    async def run(self) -> None:
        hour = time.localtime().tm_hour  # want: DET001
        await workflow.execute_activity(
            "night_shift" if hour % 4 < 2 else "day_shift", start_to_close_timeout=timedelta(seconds=10)
        )
