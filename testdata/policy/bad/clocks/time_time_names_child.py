"""A child's workflow ID is made of the present."""

# replay: breaks
# sandbox: stops

import time

from temporalio import workflow


@workflow.defn
class NightlyReport:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_child_workflow("RenderReport", id=f"report-{time.time()}")  # want: DET001
