"""Objects without a hash of their own are ordered by address."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


class Task:
    def __init__(self, name: str) -> None:
        self.name = name


@workflow.defn
class TaskSet:
    @workflow.run
    async def run(self) -> None:
        pending: set[Task] = {Task(f"t{n}") for n in range(24)}
        order = [task.name for task in pending]  # want: DET011
        await workflow.execute_activity(
            "work_off",
            activity_id="-".join(order),
            start_to_close_timeout=timedelta(seconds=10),
        )
