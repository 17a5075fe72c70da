"""A set is a parameter."""

# replay: breaks
# sandbox: passes

from collections.abc import Set
from datetime import timedelta

from temporalio import workflow


async def cancel_each(names: Set[str]) -> None:
    for name in names:  # want: DET011
        await workflow.execute_activity(f"cancel_{name}", start_to_close_timeout=timedelta(seconds=10))


@workflow.defn
class CancelParts:
    @workflow.run
    async def run(self) -> None:
        await cancel_each({"hotel", "flight", "car", "train", "visa", "tour"})
