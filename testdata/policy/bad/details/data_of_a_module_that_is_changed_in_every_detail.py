"""Data of a module that is changed in every way."""

# replay: not-run because it is about how lines are judged, and starts nothing

import heapq
import itertools
from collections import deque

from temporalio import workflow

SEEN: dict[str, int] = {}
WAITING = deque()
NUMBERS = itertools.count()
HEAP = []


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, order: str) -> object:
        SEEN[order] = 1  # want: DET016
        del SEEN["old"]  # want: DET016
        SEEN.setdefault(order, 2)  # want: DET016
        WAITING.append(order)  # want: DET016
        heapq.heappush(HEAP, order)  # want: DET016
        seen = SEEN
        seen.update(a=1)  # want: DET016
        globals()["SEEN"] = {}  # want: DET016
        return next(NUMBERS)  # want: DET016
