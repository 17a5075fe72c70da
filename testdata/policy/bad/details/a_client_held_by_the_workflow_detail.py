"""A client held by the workflow."""

# replay: not-run because it is about how lines are judged, and starts nothing

import httpx
from temporalio import workflow


@workflow.defn
class Flow:
    client: httpx.AsyncClient

    @workflow.run
    async def run(self) -> object:
        return await self.client.get("https://example.com")  # want: DET007
