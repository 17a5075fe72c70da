"""A Temporal client."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow
from temporalio.client import Client


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        await Client.connect("localhost:7233")  # want: DET012
