"""The block outside the sandbox reads a clock."""

# replay: breaks
# sandbox: passes

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class LeavesTheSandbox:
    @workflow.run
    async def run(self) -> None:
        with workflow.unsafe.sandbox_unrestricted():  # want: DET013
            now = time.time()  # want: DET001
        await workflow.execute_activity(
            "use", activity_id=str(now), start_to_close_timeout=timedelta(seconds=10)
        )
