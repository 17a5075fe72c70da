"""Standard output is written to."""

# replay: holds
# sandbox: passes

import sys
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class WritesStdout:
    @workflow.run
    async def run(self) -> None:
        sys.stdout.write("begin\n")  # want: PRA001
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
