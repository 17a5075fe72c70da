"""os.path under another name."""

# replay: breaks
# sandbox: stops

import os.path as osp
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class CheckFlag:
    @workflow.run
    async def run(self) -> None:
        step = "pause" if osp.isfile("maintenance.flag") else "go"  # want: DET006
        await workflow.execute_activity(step, start_to_close_timeout=timedelta(seconds=10))
