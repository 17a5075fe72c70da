"""Sorting by a key that has ties keeps the set's order within them."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ByLength:
    @workflow.run
    async def run(self) -> None:
        names = {"kim", "lee", "max", "noa", "ole", "pia"}
        for name in sorted(names, key=len):  # want: DET011
            await workflow.execute_activity(f"call_{name}", start_to_close_timeout=timedelta(seconds=10))
