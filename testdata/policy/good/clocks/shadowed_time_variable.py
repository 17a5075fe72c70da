"""A variable shadows a module."""

# replay: holds
# sandbox: passes

import random
import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ShadowedVariable:
    @workflow.run
    async def run(self) -> None:
        random = workflow.random()
        key = random.random()
        times = [time for time in (1, 2, 3)]
        await workflow.execute_activity(
            "use", activity_id=f"{key}-{times}", start_to_close_timeout=timedelta(seconds=10)
        )
