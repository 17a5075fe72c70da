"""A generator without a seed is seeded by the host."""

# replay: breaks
# sandbox: passes

import random
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Dice:
    @workflow.run
    async def run(self) -> None:
        dice = random.Random()  # want: DET003
        roll = dice.randint(1, 1_000_000)
        await workflow.execute_activity(
            "roll", activity_id=f"roll-{roll}", start_to_close_timeout=timedelta(seconds=10)
        )
