"""An async client is a parameter of a helper."""

# replay: not-run because the workflow's event loop has no network and anyio fails in its own ways

import httpx
from temporalio import workflow


async def fetch(client: httpx.AsyncClient, url: str) -> str:
    response = await client.get(url)  # want: DET007
    return response.text


@workflow.defn
class AsyncFetch:
    @workflow.run
    async def run(self, url: str) -> str:
        return await fetch(httpx.AsyncClient(), url)  # want: DET007
