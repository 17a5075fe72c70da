"""Two helpers deep, and recursive."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


def outer(n: int) -> float:
    return inner(n)


def inner(n: int) -> float:
    return outer(n - 1) if n else time.time()  # want: DET001


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return outer(3)
