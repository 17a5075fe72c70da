"""An async generator stamps what it yields."""

# replay: breaks
# sandbox: stops

import time
from collections.abc import AsyncIterator
from datetime import timedelta

from temporalio import workflow


async def ticks(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        await workflow.sleep(0.001)
        yield f"tick-{time.time()}"  # want: DET001


@workflow.defn
class Ticker:
    @workflow.run
    async def run(self) -> None:
        async for tick in ticks(2):
            await workflow.execute_activity(
                "tick", activity_id=tick, start_to_close_timeout=timedelta(seconds=10)
            )
