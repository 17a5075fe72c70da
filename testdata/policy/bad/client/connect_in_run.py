"""A client is connected in workflow code."""

# replay: not-run because a connection hangs in the event loop of a workflow, and the worker with it

from temporalio import workflow
from temporalio.client import Client


@workflow.defn
class StartsByClient:
    @workflow.run
    async def run(self) -> None:
        client = await Client.connect("localhost:7233")  # want: DET012
        await client.start_workflow("Other", id="other", task_queue="q")  # want: DET012
