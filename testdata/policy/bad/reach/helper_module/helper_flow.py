"""The clock is in another module."""

# replay: breaks
# sandbox: stops

from datetime import timedelta

import stamping
from temporalio import workflow


@workflow.defn
class StampedElsewhere:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "mail", activity_id=stamping.stamp("o"), start_to_close_timeout=timedelta(seconds=10)
        )
