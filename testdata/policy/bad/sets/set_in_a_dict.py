"""A dict has sets as values."""

# replay: breaks
# sandbox: passes

from collections import defaultdict
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Grouped:
    @workflow.run
    async def run(self) -> None:
        groups: dict[str, set[str]] = defaultdict(set)
        for name in ("kim", "lee", "max", "noa", "ole", "pia"):
            groups["all"].add(name)
        for name in groups["all"]:  # want: DET011
            await workflow.execute_activity(f"greet_{name}", start_to_close_timeout=timedelta(seconds=10))
