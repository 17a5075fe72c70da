"""Signals fill a set, and its members are children."""

# replay: breaks
# sandbox: passes
# signal: join ["kim"]
# signal: join ["lee"]
# signal: join ["max"]
# signal: join ["noa"]
# signal: join ["ole"]
# signal: join ["pia"]

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Room:
    def __init__(self) -> None:
        self.members: set[str] = set()

    @workflow.signal
    async def join(self, member: str) -> None:
        self.members.add(member)

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: len(self.members) == 6)
        for member in self.members:  # want: DET011
            await workflow.execute_activity(f"welcome_{member}", start_to_close_timeout=timedelta(seconds=10))
