"""`pop` of an attribute that was declared as a set."""

# replay: breaks
# sandbox: passes

from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import workflow


@dataclass
class Pool:
    free: set[str] = field(default_factory=set)


@workflow.defn
class Allocate:
    def __init__(self) -> None:
        self.pool = Pool()

    @workflow.run
    async def run(self) -> None:
        self.pool.free.update(["desk-1", "desk-2", "desk-3", "desk-4", "desk-5", "desk-6"])
        desk = self.pool.free.pop()  # want: DET011
        await workflow.execute_activity(
            "assign", activity_id=desk, start_to_close_timeout=timedelta(seconds=10)
        )
