"""A lock of threads guards nothing in a workflow; a contended one blocks the worker's thread."""

# replay: holds
# sandbox: stops

import threading
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class LocksThreads:
    def __init__(self) -> None:
        self._lock = threading.Lock()  # want: DET009

    @workflow.run
    async def run(self) -> None:
        with self._lock:  # want: DET009?
            order = "o-1"
        await workflow.execute_activity("ship", order, start_to_close_timeout=timedelta(seconds=10))
