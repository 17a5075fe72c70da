"""A task group cancels in the order of a set, and so compensates in it."""

# replay: breaks
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError


@workflow.defn
class Saga:
    async def _book(self, name: str) -> None:
        try:
            await workflow.sleep(3600)
        except asyncio.CancelledError:
            await workflow.execute_activity(f"undo_{name}", start_to_close_timeout=timedelta(seconds=10))
            raise

    async def _fail(self) -> None:
        await workflow.sleep(0.001)
        raise ApplicationError("no seats")

    @workflow.run
    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:  # want: DET010
                for number in range(24):
                    group.create_task(self._book(f"leg_{number}"))
                group.create_task(self._fail())
        except* ApplicationError:
            pass
