"""Functions are chosen from a dict."""

# replay: breaks
# sandbox: stops
# start: ["slow"]

import time
from datetime import timedelta

from temporalio import workflow


def slow() -> float:
    return time.time()  # want: DET001


def fast() -> float:
    return 0.0


HANDLERS = {"slow": slow, "fast": fast}


@workflow.defn
class Dispatcher:
    @workflow.run
    async def run(self, kind: str) -> None:
        await workflow.execute_activity(
            "use", activity_id=f"{HANDLERS[kind]()}", start_to_close_timeout=timedelta(seconds=10)
        )
