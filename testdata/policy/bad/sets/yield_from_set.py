"""A generator passes a set on."""

# replay: breaks
# sandbox: passes

from collections.abc import Iterator
from datetime import timedelta

from temporalio import workflow


def candidates() -> Iterator[str]:
    yield "first"
    yield from {"kim", "lee", "max", "noa", "ole", "pia"}  # want: DET011


@workflow.defn
class Generated:
    @workflow.run
    async def run(self) -> None:
        for name in candidates():
            await workflow.execute_activity(f"interview_{name}", start_to_close_timeout=timedelta(seconds=10))
