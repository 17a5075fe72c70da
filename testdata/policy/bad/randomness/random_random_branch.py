"""A coin of the host names the step."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class AbTest:
    @workflow.run
    async def run(self) -> None:
        share = random.random()  # want: DET003
        await workflow.execute_activity(f"variant_{share:.6f}", start_to_close_timeout=timedelta(seconds=10))
