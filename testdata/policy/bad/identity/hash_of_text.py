"""A shard is chosen by `hash`."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Shard:
    @workflow.run
    async def run(self, order: str = "o-1") -> None:
        await workflow.execute_activity(
            f"shard_{hash(order) % 1_000_003}",  # want: DET014
            start_to_close_timeout=timedelta(seconds=10),
        )
