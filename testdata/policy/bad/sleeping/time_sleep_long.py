"""The worker's thread sleeps, and the SDK takes it for a deadlock."""

# replay: stuck
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Impatient:
    @workflow.run
    async def run(self) -> None:
        time.sleep(3)  # want: DET002
        await workflow.execute_activity("retry", start_to_close_timeout=timedelta(seconds=10))
