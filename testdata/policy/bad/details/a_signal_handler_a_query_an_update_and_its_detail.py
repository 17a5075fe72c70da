"""A signal handler, a query, an update and its validator."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None: ...
    @workflow.signal(name="paid")
    def paid(self) -> None:
        self.at = time.time()  # want: DET001

    @workflow.query
    def age(self) -> float:
        return time.time()  # want: PRA010

    @workflow.update
    async def approve(self) -> None:
        time.sleep(1)  # want: DET002

    @approve.validator
    def check(self) -> None:
        time.sleep(1)  # want: PRA010
