"""State of the instance, though some of it has a default on the class."""

# replay: holds
# sandbox: passes
# executions: 2

from collections import deque
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class InstanceState:
    count = 0
    last: str | None = None

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.queue: deque[str] = deque()
        self.table: dict[str, int] = {}

    @workflow.run
    async def run(self) -> None:
        self.count += 1
        self.last = "a"
        self.steps.append("a")
        self.queue.append("b")
        self.table["c"] = self.count
        await workflow.execute_activity(
            f"n{self.count}_{self.last}_{len(self.steps)}_{len(self.queue)}",
            start_to_close_timeout=timedelta(seconds=10),
        )
