"""A list of the module grows with each execution."""

# replay: breaks
# sandbox: passes
# executions: 2

from datetime import timedelta

from temporalio import workflow

HISTORY: list[str] = []


@workflow.defn
class Remembers:
    @workflow.run
    async def run(self) -> None:
        HISTORY.append(workflow.info().workflow_id)  # want: DET016
        await workflow.execute_activity(
            f"seen_{len(HISTORY)}",  # want: DET016?
            start_to_close_timeout=timedelta(seconds=10),
        )
