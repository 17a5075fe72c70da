from temporalio import workflow
from temporalio.client import Client


@workflow.defn
class Parent:
    @workflow.run
    async def run(self) -> str:
        client = await Client.connect("localhost:7233")  # DET012
        return client.namespace
