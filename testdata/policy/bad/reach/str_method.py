"""Formatting an object calls its `__str__`."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


class Stamp:
    def __str__(self) -> str:
        return f"{time.time_ns()}"  # want: DET001


@workflow.defn
class FormatsStamp:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=f"at-{Stamp()}", start_to_close_timeout=timedelta(seconds=10)
        )
