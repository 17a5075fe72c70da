"""One case of a match statement."""

# replay: breaks
# sandbox: stops
# start: ["urgent"]

import uuid
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Matches:
    @workflow.run
    async def run(self, priority: str) -> None:
        match priority:
            case "urgent" if key := uuid.uuid4().hex:  # want: DET004
                await workflow.execute_activity(
                    "express", activity_id=key, start_to_close_timeout=timedelta(seconds=10)
                )
            case _:
                await workflow.execute_activity("ordinary", start_to_close_timeout=timedelta(seconds=10))
