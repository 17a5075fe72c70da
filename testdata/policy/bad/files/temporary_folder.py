"""A temporary folder's name is passed on."""

# replay: breaks
# sandbox: stops

import tempfile
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Scratch:
    @workflow.run
    async def run(self) -> None:
        folder = tempfile.mkdtemp()  # want: DET006
        await workflow.execute_activity(
            "unpack", activity_id=folder, start_to_close_timeout=timedelta(seconds=10)
        )
