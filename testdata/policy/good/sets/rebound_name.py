"""A name is a set first and a list then."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Rebound:
    @workflow.run
    async def run(self) -> None:
        names = {"kim", "lee", "max", "noa"}
        names = sorted(names)
        for name in names:
            await workflow.execute_activity(f"greet_{name}", start_to_close_timeout=timedelta(seconds=10))
