"""A method of a base class."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


class Base:
    def now(self) -> float:
        return time.time()  # want: DET001


@workflow.defn
class Flow(Base):
    @workflow.run
    async def run(self) -> float:
        return self.now()
