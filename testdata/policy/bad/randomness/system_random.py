"""A seed does not help `SystemRandom`."""

# replay: breaks
# sandbox: passes

import random
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Lottery:
    @workflow.run
    async def run(self) -> None:
        drum = random.SystemRandom(7)  # want: DET003
        await workflow.execute_activity(
            "draw",
            activity_id=str(drum.getrandbits(64)),  # want: DET003?
            start_to_close_timeout=timedelta(seconds=10),
        )
