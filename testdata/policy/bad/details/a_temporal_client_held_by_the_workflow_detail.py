"""A Temporal client held by the workflow."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow
from temporalio.client import Client


@workflow.defn
class Flow:
    client: Client

    @workflow.run
    async def run(self) -> None:
        await self.client.start_workflow("x", id="y", task_queue="z")  # want: DET012
