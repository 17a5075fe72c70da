"""A client is held by a gateway object."""

# replay: not-run because a connection hangs in the event loop of a workflow, and the worker with it

from temporalio import workflow
from temporalio.client import Client


class Gateway:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def describe(self, workflow_id: str) -> object:
        return await self._client.get_workflow_handle(workflow_id).describe()  # want: DET012


@workflow.defn
class Describes:
    gateway: Gateway

    @workflow.run
    async def run(self, other: str) -> None:
        await self.gateway.describe(other)
