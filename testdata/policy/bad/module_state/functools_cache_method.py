"""`functools.cache` on a function that counts its calls."""

# replay: breaks
# sandbox: passes
# executions: 2

import functools
from datetime import timedelta

from temporalio import workflow


@functools.cache  # want: DET016
def plan(kind: str) -> list[str]:
    return [kind]


@workflow.defn
class CachedPlan:
    @workflow.run
    async def run(self) -> None:
        steps = plan("basic")
        steps.append("extra")
        for step in steps:
            await workflow.execute_activity(step, start_to_close_timeout=timedelta(seconds=10))
