"""A cached function."""

# replay: not-run because it is about how lines are judged, and starts nothing

import functools
from functools import lru_cache

from temporalio import workflow


@lru_cache(maxsize=None)  # want: DET016
def rate(day: str) -> int:
    return len(day)


@functools.cache  # want: DET016
def other(day: str) -> int:
    return len(day)


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> int:
        return rate("a") + other("b")
