"""A thread."""

# replay: not-run because it is about how lines are judged, and starts nothing

import threading

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        threading.Thread(target=print).start()  # want: DET009
