"""References and the garbage collector."""

# replay: not-run because it is about how lines are judged, and starts nothing

import gc
import sys
import weakref

from temporalio import workflow


class Node:
    def __del__(self) -> None:  # want: DET017
        pass


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        node = Node()
        gc.collect()  # want: DET017
        return weakref.ref(node)(), sys.getrefcount(node)  # want: DET017
