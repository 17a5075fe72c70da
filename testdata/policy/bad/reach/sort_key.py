"""A key function for `sorted`."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow


def weight(_: str) -> float:
    return random.random()  # want: DET003


@workflow.defn
class Shuffles:
    @workflow.run
    async def run(self) -> None:
        for name in sorted("abcdefgh", key=weight):
            await workflow.execute_activity(f"step_{name}", start_to_close_timeout=timedelta(seconds=10))
