"""A path is made of the account's home folder."""

# replay: breaks
# sandbox: stops

import os.path
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Backup:
    @workflow.run
    async def run(self) -> None:
        target = os.path.expanduser("~/backup")  # want: DET005/DET006
        await workflow.execute_activity(
            "backup", activity_id=target, start_to_close_timeout=timedelta(seconds=10)
        )
