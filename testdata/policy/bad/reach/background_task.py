"""A task in the background."""

# replay: breaks
# sandbox: stops

import asyncio
import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Background:
    async def _heartbeat(self) -> None:
        await workflow.execute_activity(
            "beat",
            activity_id=f"{time.time()}",  # want: DET001
            start_to_close_timeout=timedelta(seconds=10),
        )

    @workflow.run
    async def run(self) -> None:
        beat = asyncio.create_task(self._heartbeat())
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
        await beat
