"""A mutable default argument remembers across executions."""

# replay: breaks
# sandbox: passes
# executions: 2

from datetime import timedelta

from temporalio import workflow


def collect(item: str, seen: list[str] = []) -> list[str]:
    seen.append(item)  # want: DET016
    return seen


@workflow.defn
class Collects:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            f"collected_{len(collect('a'))}", start_to_close_timeout=timedelta(seconds=10)
        )
