"""The workflow's own `wait` and `as_completed` keep the order of a list."""

# replay: holds
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class OwnWait:
    @workflow.run
    async def run(self) -> None:
        tasks = [
            asyncio.create_task(
                workflow.execute_activity(f"ask_{n}", start_to_close_timeout=timedelta(seconds=10))
            )
            for n in range(6)
        ]
        done, pending = await workflow.wait(tasks, return_when=asyncio.ALL_COMPLETED)
        for task in done:
            await task
        for future in workflow.as_completed(
            [
                workflow.execute_activity(f"tell_{n}", start_to_close_timeout=timedelta(seconds=10))
                for n in range(6)
            ]
        ):
            await future
        await workflow.execute_activity(
            f"pending_{len(pending)}", start_to_close_timeout=timedelta(seconds=10)
        )
