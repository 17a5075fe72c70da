"""`strftime` without a time formats the present."""

# replay: breaks
# sandbox: passes

import time

from temporalio import workflow


@workflow.defn
class DailyExport:
    @workflow.run
    async def run(self) -> None:
        day = time.strftime("%Y-%m-%d")  # want: DET001
        await workflow.execute_child_workflow("Export", id="export-" + day)
