"""`set.pop` takes any."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class TakeNext:
    @workflow.run
    async def run(self) -> None:
        waiting = {"ana", "ben", "cia", "dan", "eli", "flo"}
        while waiting:
            name = waiting.pop()  # want: DET011
            await workflow.execute_activity(f"serve_{name}", start_to_close_timeout=timedelta(seconds=10))
