"""The collector is asked how much there is."""

# replay: breaks
# sandbox: passes

import gc
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class MemoryPressure:
    @workflow.run
    async def run(self) -> None:
        count = len(gc.get_objects())  # want: DET017
        await workflow.execute_activity(
            "spill", activity_id=f"at-{count}", start_to_close_timeout=timedelta(seconds=10)
        )
