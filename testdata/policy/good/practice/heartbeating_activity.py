"""A long activity heartbeats, and says by when."""

# replay: holds
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def crunch(parts: int) -> int:
    for part in range(parts):
        activity.heartbeat(part)
        await asyncio.sleep(0.001)
    return parts


@workflow.defn
class Heartbeats:
    @workflow.run
    async def run(self) -> int:
        return await workflow.execute_activity(
            crunch, 3, start_to_close_timeout=timedelta(hours=6), heartbeat_timeout=timedelta(seconds=30)
        )
