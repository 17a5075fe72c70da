"""Coroutines are awaited later, gathered or made tasks."""

# replay: holds
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class AwaitsLater:
    async def _notify(self, name: str) -> str:
        return await workflow.execute_activity("notify", name, start_to_close_timeout=timedelta(seconds=10))

    def _plan(self):
        return self._notify("planned")

    @workflow.run
    async def run(self) -> None:
        first = self._notify("a")
        second = workflow.execute_activity("b", start_to_close_timeout=timedelta(seconds=10))
        task = asyncio.create_task(self._notify("c"))
        workflow.start_activity("d", start_to_close_timeout=timedelta(seconds=10))
        await asyncio.gather(first, second, self._plan())
        await task
