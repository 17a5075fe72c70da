"""Constants and pure functions of `os` and `sys`."""

# replay: holds
# sandbox: stops

import os
import sys
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Constants:
    @workflow.run
    async def run(self) -> None:
        text = os.linesep.join(["a", "b"]) + os.sep + os.fspath("x")
        limit = sys.maxsize > 2**32
        await workflow.execute_activity(
            "use", activity_id=f"{text!r}-{limit}", start_to_close_timeout=timedelta(seconds=10)
        )
