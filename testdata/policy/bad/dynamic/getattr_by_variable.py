"""Which function of `random` is called is a parameter."""

# replay: breaks
# sandbox: stops
# start: ["random"]

import random
from datetime import timedelta

from temporalio import workflow


def draw(name: str) -> float:
    return getattr(random, name)()  # want: DET003/DET015


@workflow.defn
class DrawsByName:
    @workflow.run
    async def run(self, name: str) -> None:
        await workflow.execute_activity(
            "use", activity_id=str(draw(name)), start_to_close_timeout=timedelta(seconds=10)
        )
