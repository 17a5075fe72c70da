"""A list of the class is shared by all executions of the worker."""

# replay: breaks
# sandbox: passes
# executions: 2

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class SharedList:
    steps: list[str] = []

    @workflow.run
    async def run(self) -> None:
        self.steps.append("start")  # want: DET016
        await workflow.execute_activity(
            f"step_{len(self.steps)}",  # want: DET016?
            start_to_close_timeout=timedelta(seconds=10),
        )
