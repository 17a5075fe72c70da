"""The clock's module goes by another name."""

# replay: breaks
# sandbox: stops

import time as t
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class MeasureUpload:
    @workflow.run
    async def run(self) -> None:
        began = t.monotonic()  # want: DET001
        await workflow.execute_activity("upload", start_to_close_timeout=timedelta(seconds=10))
        took = t.monotonic() - began  # want: DET001
        await workflow.execute_activity(
            "report", activity_id=f"took-{took}", start_to_close_timeout=timedelta(seconds=10)
        )
