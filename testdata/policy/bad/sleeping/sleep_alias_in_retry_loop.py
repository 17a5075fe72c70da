"""A helper waits between attempts."""

# replay: stuck
# sandbox: stops

from datetime import timedelta
from time import sleep as pause

from temporalio import workflow


def back_off(attempt: int) -> None:
    pause(2.5 * attempt)  # want: DET002


@workflow.defn
class RetriesByHand:
    @workflow.run
    async def run(self) -> None:
        for attempt in (1, 2):
            back_off(attempt)
            await workflow.execute_activity("call_bank", start_to_close_timeout=timedelta(seconds=10))
