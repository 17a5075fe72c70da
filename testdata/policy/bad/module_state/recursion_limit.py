"""A limit of the interpreter is raised by each execution."""

# replay: breaks
# sandbox: passes
# executions: 2

import sys
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class RaisesLimit:
    @workflow.run
    async def run(self) -> None:
        limit = sys.getrecursionlimit()  # want: DET005?, DET019?
        sys.setrecursionlimit(limit + 10)  # want: DET019
        await workflow.execute_activity(f"dig_{limit}", start_to_close_timeout=timedelta(seconds=10))
