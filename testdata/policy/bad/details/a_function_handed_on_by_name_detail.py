"""A function handed on by name."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


def late(_: object) -> bool:
    return time.time() > 1  # want: DET001


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> list[object]:
        return list(filter(late, []))
