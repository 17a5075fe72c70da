"""A class that extends the runtime's process."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow

from process_runtime.workflow import Process


class Order(Process[object, object, None, None]):
    async def run(self, start: object) -> None:
        time.sleep(1)  # want: DET002
