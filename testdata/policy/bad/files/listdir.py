"""A folder's content is the list of work."""

# replay: breaks
# sandbox: stops

import os
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ImportFolder:
    @workflow.run
    async def run(self) -> None:
        for name in sorted(os.listdir("data")):  # want: DET006
            await workflow.execute_activity(
                "load", activity_id=name, start_to_close_timeout=timedelta(seconds=10)
            )
