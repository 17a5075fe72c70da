"""A function in the method."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Nested:
    @workflow.run
    async def run(self) -> None:
        def label() -> str:
            return f"at-{time.time()}"  # want: DET001

        await workflow.execute_activity(
            "use", activity_id=label(), start_to_close_timeout=timedelta(seconds=10)
        )
