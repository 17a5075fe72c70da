"""A generator expression over a set of strings."""

# replay: breaks
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow

REGIONS = frozenset({"eu", "us", "ap", "sa", "af", "me"})


@workflow.defn
class StartsEach:
    @workflow.run
    async def run(self) -> None:
        await asyncio.gather(
            *(
                workflow.execute_child_workflow("Warm", id=f"{workflow.info().run_id}-{region}")
                for region in REGIONS  # want: DET011
            )
        )
