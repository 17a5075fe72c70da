"""A constant of the module is the moment of the import."""

# replay: breaks
# sandbox: passes

import time
from datetime import timedelta

from temporalio import workflow

BOOTED_AT = time.time()  # want: DET001


@workflow.defn
class UsesBootTime:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "greet", activity_id=f"boot-{BOOTED_AT}", start_to_close_timeout=timedelta(seconds=10)
        )
