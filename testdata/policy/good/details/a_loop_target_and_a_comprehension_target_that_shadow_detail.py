"""A loop target and a comprehension target that shadow a module."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, clocks: list[object]) -> object:
        def inner():
            for time in clocks:
                time.sleep()

        inner()
        return [time.time() for time in clocks], sorted(clocks, key=lambda time: time.time())
