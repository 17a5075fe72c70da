"""`map` goes through a set."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Mapped:
    @workflow.run
    async def run(self) -> None:
        names = {"kim", "lee", "max", "noa", "ole", "pia"}
        for name in map(str.upper, names):  # want: DET011
            await workflow.execute_activity(f"greet_{name}", start_to_close_timeout=timedelta(seconds=10))
