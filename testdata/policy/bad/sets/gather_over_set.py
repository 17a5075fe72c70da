"""Activities are started all at once, in the order of a set."""

# replay: breaks
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class StartsAll:
    @workflow.run
    async def run(self) -> None:
        regions = {"eu", "us", "ap", "sa", "af", "me"}
        await asyncio.gather(
            *[
                workflow.execute_activity(f"warm_{region}", start_to_close_timeout=timedelta(seconds=10))
                for region in regions  # want: DET011
            ]
        )
