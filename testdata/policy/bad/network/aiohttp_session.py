"""A session of aiohttp."""

# replay: not-run because aiohttp is not installed

import aiohttp
from temporalio import workflow


@workflow.defn
class AioFetch:
    @workflow.run
    async def run(self, url: str) -> str:
        async with aiohttp.ClientSession() as session:  # want: DET007
            async with session.get(url) as response:  # want: DET007?
                return await response.text()
