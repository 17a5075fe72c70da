"""An import passed through the sandbox is called nevertheless."""

# replay: breaks
# sandbox: stops

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    import random


@workflow.defn
class PassedThrough:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use",
            activity_id=f"{random.random()}",  # want: DET003
            start_to_close_timeout=timedelta(seconds=10),
        )
