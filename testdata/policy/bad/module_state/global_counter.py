"""A counter of the module numbers the executions of this worker."""

# replay: breaks
# sandbox: passes
# executions: 2

from datetime import timedelta

from temporalio import workflow

_COUNT = 0


def next_number() -> int:
    global _COUNT
    _COUNT += 1  # want: DET016
    return _COUNT  # want: DET016?


@workflow.defn
class NumberedRun:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "file", activity_id=f"n{next_number()}", start_to_close_timeout=timedelta(seconds=10)
        )
