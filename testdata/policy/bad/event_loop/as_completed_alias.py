"""`as_completed` by its own name, in a helper."""

# replay: breaks
# sandbox: passes

from asyncio import as_completed
from collections.abc import Coroutine
from typing import Any

from temporalio import workflow


async def drain(calls: list[Coroutine[Any, Any, Any]]) -> None:
    for call in as_completed(calls):  # want: DET010
        await call


@workflow.defn
class ScatterGather:
    @workflow.run
    async def run(self) -> None:
        await drain(
            [
                workflow.execute_child_workflow("Probe", id=f"{workflow.info().workflow_id}-{n}")
                for n in range(24)
            ]
        )
