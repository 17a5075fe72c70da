"""A method of a helper object."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


class Clock:
    def __init__(self) -> None:
        self.offset = time.time()  # want: DET001

    def now(self) -> float:
        return time.monotonic()  # want: DET001


@workflow.defn
class Flow:
    def __init__(self) -> None:
        self.clock = Clock()

    @workflow.run
    async def run(self) -> float:
        return self.clock.now()
