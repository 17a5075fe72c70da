"""The environment is used as a store."""

# replay: breaks
# sandbox: stops
# executions: 2

import os
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class StoresInEnvironment:
    @workflow.run
    async def run(self) -> None:
        runs = int(os.environ.get("RUNS_SEEN", "0"))  # want: DET005
        os.environ["RUNS_SEEN"] = str(runs + 1)  # want: DET005, DET016?
        await workflow.execute_activity(f"run_{runs}", start_to_close_timeout=timedelta(seconds=10))
