"""A helper calls back what it is given."""

# replay: breaks
# sandbox: stops

import random
from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow


def twice(make: Callable[[], float]) -> list[float]:
    return [make(), make()]


def draw() -> float:
    return random.random()  # want: DET003


@workflow.defn
class CallsBack:
    @workflow.run
    async def run(self) -> None:
        first, second = twice(draw)
        await workflow.execute_activity(
            "use", activity_id=f"{first}-{second}", start_to_close_timeout=timedelta(seconds=10)
        )
