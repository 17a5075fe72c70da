"""A validator and a query look at the host through a helper."""

# replay: holds
# sandbox: passes
# query: left []

import time
from datetime import timedelta

from temporalio import workflow


def host_now() -> float:
    return time.time()  # want: PRA010


@workflow.defn
class LooksAtHost:
    def __init__(self) -> None:
        self._due = workflow.time() + 60

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity("ship", start_to_close_timeout=timedelta(seconds=10))

    @workflow.query
    def left(self) -> float:
        return self._due - host_now()
