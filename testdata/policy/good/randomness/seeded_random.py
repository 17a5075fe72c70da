"""A generator with a seed gives the same in every replay."""

# replay: holds
# sandbox: passes

import random
from datetime import timedelta
from random import Random

from temporalio import workflow


@workflow.defn
class Seeded:
    @workflow.run
    async def run(self) -> None:
        dice, other = random.Random(7), Random(workflow.info().workflow_id)
        await workflow.execute_activity(
            f"roll_{dice.randint(1, 10**6)}_{other.choice('abcdef')}",
            start_to_close_timeout=timedelta(seconds=10),
        )
