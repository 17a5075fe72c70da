"""An exception with a reason."""

# replay: holds
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Excepted:
    @workflow.run
    async def run(self) -> None:
        took = time.perf_counter()  # policy: ignore[DET001] only shown in a log line
        workflow.logger.info("took %s", took)
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
