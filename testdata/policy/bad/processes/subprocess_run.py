"""A program of the host answers."""

# replay: breaks
# sandbox: stops

import subprocess
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class RunsDate:
    @workflow.run
    async def run(self) -> None:
        done = subprocess.run(["date", "+%N"], capture_output=True, text=True, check=True)  # want: DET008
        await workflow.execute_activity(
            "note", activity_id=done.stdout.strip(), start_to_close_timeout=timedelta(seconds=10)
        )
