"""`pop` of lists, dicts and deques."""

# replay: holds
# sandbox: passes

from collections import deque
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Pops:
    @workflow.run
    async def run(self) -> None:
        waiting, line, table = ["a", "b"], deque(["c", "d"]), {"e": "f"}
        while waiting:
            await workflow.execute_activity(waiting.pop(0), start_to_close_timeout=timedelta(seconds=10))
        await workflow.execute_activity(line.popleft(), start_to_close_timeout=timedelta(seconds=10))
        await workflow.execute_activity(table.pop("e"), start_to_close_timeout=timedelta(seconds=10))
