"""A timer of threads instead of one of Temporal."""

# replay: not-run because its moment is the operating system's

import threading

from temporalio import workflow


@workflow.defn
class ThreadTimer:
    def __init__(self) -> None:
        self.late = False

    def _expire(self) -> None:
        self.late = True

    @workflow.run
    async def run(self) -> bool:
        timer = threading.Timer(5, self._expire)  # want: DET009
        timer.start()  # want: DET009?
        await workflow.wait_condition(lambda: self.late)
        return True
