"""A constant of the module is read from the environment."""

# replay: breaks
# sandbox: passes

import os

from temporalio import workflow

REGION = os.getenv("REGION", "eu")  # want: DET005


@workflow.defn
class UsesRegionConstant:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_child_workflow("Replicate", id=f"replicate-{REGION}")
