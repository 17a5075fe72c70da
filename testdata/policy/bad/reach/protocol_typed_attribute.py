"""An attribute is annotated with a protocol, and given the host's clock."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta
from typing import Protocol

from temporalio import workflow


class Clock(Protocol):
    def now(self) -> float: ...


class HostClock:
    def now(self) -> float:
        return time.time()  # want: DET001


@workflow.defn
class UsesProtocol:
    def __init__(self) -> None:
        self.clock: Clock = HostClock()

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=f"{self.clock.now()}", start_to_close_timeout=timedelta(seconds=10)
        )
