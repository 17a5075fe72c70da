"""A loop over a set that is a parameter."""

# replay: not-run because it is about how lines are judged, and starts nothing

from collections.abc import Set
from datetime import timedelta

from temporalio import workflow


async def each(names: Set[str]) -> None:
    for name in names:  # want: DET011
        await workflow.execute_activity(name, start_to_close_timeout=timedelta(seconds=1))


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        await each({"a"})
