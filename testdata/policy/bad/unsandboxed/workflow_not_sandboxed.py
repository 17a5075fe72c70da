"""The whole workflow is taken out of the sandbox, because of a clock."""

# replay: breaks
# sandbox: passes

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn(sandboxed=False)  # want: DET013
class NotSandboxed:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            f"at_{time.time()}",  # want: DET001
            start_to_close_timeout=timedelta(seconds=10),
        )
