"""There are as many activities as the worker has cores."""

# replay: breaks
# sandbox: stops

import asyncio
import multiprocessing
import os
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class FanOut:
    @workflow.run
    async def run(self) -> None:
        parts = os.cpu_count() or 1  # want: DET005
        await asyncio.gather(
            *(
                workflow.execute_activity(
                    "part", activity_id=f"{n}-of-{parts}", start_to_close_timeout=timedelta(seconds=10)
                )
                for n in range(parts)
            )
        )
