"""A child's ID is a random UUID."""

# replay: breaks
# sandbox: stops

import uuid

from temporalio import workflow


@workflow.defn
class Parent:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_child_workflow("Child", id=str(uuid.uuid4()))  # want: DET004
