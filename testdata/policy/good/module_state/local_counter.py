"""A counter of itertools that belongs to the run."""

# replay: holds
# sandbox: passes
# executions: 2

import itertools
from datetime import timedelta

from temporalio import workflow


def numbered(names: list[str], seen: list[str] | None = None) -> list[str]:
    seen = [] if seen is None else seen
    ids = itertools.count(1)
    for name in names:
        seen.append(f"{name}{next(ids)}")
    return seen


@workflow.defn
class LocalCounter:
    @workflow.run
    async def run(self) -> None:
        for name in numbered(["a", "b"]):
            await workflow.execute_activity(name, start_to_close_timeout=timedelta(seconds=10))
