"""A method of an attribute of an attribute."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


class Clock:
    def now(self) -> float:
        return time.time()  # want: DET001


class Tools:
    def __init__(self) -> None:
        self.clock = Clock()


@workflow.defn
class DeepAttribute:
    def __init__(self) -> None:
        self.tools = Tools()

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=str(self.tools.clock.now()), start_to_close_timeout=timedelta(seconds=10)
        )
