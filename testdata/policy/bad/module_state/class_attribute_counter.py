"""A counter of a helper class is shared by all executions."""

# replay: breaks
# sandbox: passes
# executions: 2

from datetime import timedelta

from temporalio import workflow


class Sequence:
    last = 0

    @classmethod
    def advance(cls) -> int:
        cls.last += 1  # want: DET016
        return cls.last


@workflow.defn
class Sequenced:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "file", activity_id=f"s{Sequence.advance()}", start_to_close_timeout=timedelta(seconds=10)
        )
