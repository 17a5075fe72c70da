"""Items that differ between two dicts are a set."""

# replay: breaks
# sandbox: passes
# start: [{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}, {"a": 2}]

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Diff:
    @workflow.run
    async def run(self, before: dict[str, int], after: dict[str, int]) -> None:
        changed = before.items() ^ after.items()
        for name, value in changed:  # want: DET011
            await workflow.execute_activity(
                f"sync_{name}_{value}", start_to_close_timeout=timedelta(seconds=10)
            )
