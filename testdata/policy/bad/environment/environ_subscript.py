"""The region is read from the environment."""

# replay: breaks
# sandbox: stops

import os
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class RegionalRollout:
    @workflow.run
    async def run(self) -> None:
        region = os.environ["REGION"]  # want: DET005
        await workflow.execute_activity(f"deploy_{region}", start_to_close_timeout=timedelta(seconds=10))
