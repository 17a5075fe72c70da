"""The workflow's own randomness and UUIDs."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class OwnRandom:
    @workflow.run
    async def run(self) -> None:
        dice = workflow.random()
        names = ["kim", "lee", "max"]
        dice.shuffle(names)
        await workflow.execute_activity(
            f"pick_{names[0]}",
            activity_id=str(workflow.uuid4()),
            start_to_close_timeout=timedelta(seconds=10),
        )
