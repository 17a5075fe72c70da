"""The working folder is part of an ID."""

# replay: breaks
# sandbox: stops

import os
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class WhereAmI:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "mount",
            activity_id=os.getcwd(),  # want: DET005/DET006
            start_to_close_timeout=timedelta(seconds=10),
        )
