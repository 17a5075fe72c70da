"""`as_completed` makes its tasks in the order of a set."""

# replay: breaks
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Scatter:
    @workflow.run
    async def run(self) -> None:
        calls = [
            workflow.execute_activity(f"ask_{n}", start_to_close_timeout=timedelta(seconds=10))
            for n in range(24)
        ]
        for call in asyncio.as_completed(calls):  # want: DET010
            await call
