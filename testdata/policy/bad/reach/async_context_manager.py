"""An async context manager draws a name on entry."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow


class Lease:
    async def __aenter__(self) -> str:
        await workflow.sleep(0.001)
        return f"lease-{random.random()}"  # want: DET003

    async def __aexit__(self, *args: object) -> None:
        pass


@workflow.defn
class Leased:
    @workflow.run
    async def run(self) -> None:
        async with Lease() as lease:
            await workflow.execute_activity(
                "work", activity_id=lease, start_to_close_timeout=timedelta(seconds=10)
            )
