"""A dataclass looks at the clock after its fields are set."""

# replay: breaks
# sandbox: stops

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow


@dataclass
class Event:
    name: str
    stamp: str = ""

    def __post_init__(self) -> None:
        self.stamp = self.stamp or datetime.now().isoformat()  # want: DET001


@workflow.defn
class EventFlow:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "emit", activity_id=Event("paid").stamp, start_to_close_timeout=timedelta(seconds=10)
        )
