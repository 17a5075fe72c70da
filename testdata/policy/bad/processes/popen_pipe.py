"""`os.popen` in a helper."""

# replay: breaks
# sandbox: stops

import os
from datetime import timedelta

from temporalio import workflow


def whoami() -> str:
    return os.popen("echo $REGION").read().strip()  # want: DET008


@workflow.defn
class AskShell:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(f"as_{whoami()}", start_to_close_timeout=timedelta(seconds=10))
