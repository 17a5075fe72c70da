"""A file's presence switches maintenance on."""

# replay: breaks
# sandbox: stops

import pathlib
from datetime import timedelta

from temporalio import workflow

FLAG = pathlib.Path("maintenance.flag")


@workflow.defn
class MaintenanceMode:
    @workflow.run
    async def run(self) -> None:
        if FLAG.exists():  # want: DET006
            await workflow.sleep(0.01)
        await workflow.execute_activity("migrate", start_to_close_timeout=timedelta(seconds=10))
