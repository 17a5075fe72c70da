"""A shell's exit code decides."""

# replay: breaks
# sandbox: stops

import os
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ShellTest:
    @workflow.run
    async def run(self) -> None:
        missing = os.system("test -f maintenance.flag")  # want: DET008
        await workflow.execute_activity(
            "go" if missing else "wait", start_to_close_timeout=timedelta(seconds=10)
        )
