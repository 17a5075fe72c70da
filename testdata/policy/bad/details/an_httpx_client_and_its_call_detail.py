"""An httpx client and its call."""

# replay: not-run because it is about how lines are judged, and starts nothing

import httpx
from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        async with httpx.AsyncClient() as client:  # want: DET007
            return (await client.get("https://example.com")).text  # want: DET007
