"""A private method and a property."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


@workflow.defn
class Flow:
    @property
    def age(self) -> float:
        return self._now()

    def _now(self) -> float:
        return time.time()  # want: DET001

    @workflow.run
    async def run(self) -> float:
        return self.age
