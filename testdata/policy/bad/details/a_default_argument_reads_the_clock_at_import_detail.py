"""A default argument reads the clock at import."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


def stamp(at: float = time.time()) -> float:  # want: DET001
    return at


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return stamp()
