"""A signal handler notes when it was called."""

# replay: breaks
# sandbox: stops
# signal: paid ["p-1"]

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class AwaitPayment:
    def __init__(self) -> None:
        self.paid_at: float | None = None

    @workflow.signal
    def paid(self, payment: str) -> None:
        self.paid_at = time.time()  # want: DET001

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self.paid_at is not None)
        await workflow.execute_activity(
            "book", activity_id=f"paid-{self.paid_at}", start_to_close_timeout=timedelta(seconds=10)
        )
