"""A mixin brings a clock."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


class Timed:
    def lap(self) -> str:
        return f"{time.perf_counter()}"  # want: DET001


class Named:
    def lap_name(self) -> str:
        return "lap-" + self.lap()  # type: ignore[attr-defined]


@workflow.defn
class Race100(Named, Timed):
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "note", activity_id=self.lap_name(), start_to_close_timeout=timedelta(seconds=10)
        )
