"""Which clock is used depends on the platform."""

# replay: breaks
# sandbox: stops

import sys
import time
from datetime import timedelta

from temporalio import workflow

now = time.perf_counter if sys.platform == "win32" else time.time  # want: DET001, DET005?


@workflow.defn
class PlatformClock:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=f"{now()}", start_to_close_timeout=timedelta(seconds=10)
        )
