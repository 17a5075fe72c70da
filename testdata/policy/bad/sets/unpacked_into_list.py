"""A set is unpacked into a list."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Unpack:
    @workflow.run
    async def run(self) -> None:
        extra = {"wash", "wax", "polish", "vacuum", "tyres", "glass"}
        steps = ["check_in", *extra, "check_out"]  # want: DET011
        for step in steps:
            await workflow.execute_activity(step, start_to_close_timeout=timedelta(seconds=10))
