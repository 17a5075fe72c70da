"""The constructor of the base class draws."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow


class Base:
    def __init__(self) -> None:
        self.key = random.random()  # want: DET003


@workflow.defn
class InitOfBase(Base):
    def __init__(self) -> None:
        super().__init__()
        self.done = False

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=str(self.key), start_to_close_timeout=timedelta(seconds=10)
        )
