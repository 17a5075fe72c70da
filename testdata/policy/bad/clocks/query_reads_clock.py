"""A query answers by the worker's clock: no replay breaks by it, but each worker answers otherwise."""

# replay: holds
# sandbox: passes
# query: age []

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class AgeOfOrder:
    def __init__(self) -> None:
        self._placed = workflow.time()

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity("ship", start_to_close_timeout=timedelta(seconds=10))

    @workflow.query
    def age(self) -> float:
        return time.time() - self._placed  # want: PRA010
