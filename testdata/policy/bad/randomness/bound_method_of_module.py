"""A bound function of the module's generator is kept in a table."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow

STRATEGIES = {"uniform": random.uniform, "first": lambda low, high: low}  # want: DET003


@workflow.defn
class Strategy:
    @workflow.run
    async def run(self, name: str = "uniform") -> None:
        pick = STRATEGIES[name]
        await workflow.execute_activity(
            "wait", activity_id=f"for-{pick(0.0, 1.0)}", start_to_close_timeout=timedelta(seconds=10)
        )
