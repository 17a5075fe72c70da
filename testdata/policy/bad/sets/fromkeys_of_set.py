"""`dict.fromkeys` of a set keeps the set's order."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class FromKeys:
    @workflow.run
    async def run(self) -> None:
        open_orders = dict.fromkeys(set("abcdefgh"), 0)
        for name in open_orders:  # want: DET011
            await workflow.execute_activity(f"close_{name}", start_to_close_timeout=timedelta(seconds=10))
