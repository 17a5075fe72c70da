"""An object that can be iterated."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow


class Draws:
    def __iter__(self) -> "Draws":
        return self

    def __next__(self) -> float:
        return random.random()  # want: DET003


@workflow.defn
class Iterates:
    @workflow.run
    async def run(self) -> None:
        for draw in Draws():
            await workflow.execute_activity(
                "use", activity_id=f"{draw}", start_to_close_timeout=timedelta(seconds=10)
            )
            break
