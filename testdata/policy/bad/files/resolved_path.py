"""`resolve` asks the file system."""

# replay: breaks
# sandbox: stops

from datetime import timedelta
from pathlib import Path

from temporalio import workflow


@workflow.defn
class Resolves:
    @workflow.run
    async def run(self) -> None:
        target = Path("orders.csv").resolve()  # want: DET006
        await workflow.execute_activity(
            "send", activity_id=str(target), start_to_close_timeout=timedelta(seconds=10)
        )
