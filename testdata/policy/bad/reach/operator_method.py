"""An operator of a class of one's own."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow


class Weight:
    def __init__(self, grams: int) -> None:
        self.grams = grams

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(self.grams + other.grams + random.getrandbits(40))  # want: DET003


@workflow.defn
class Scale:
    @workflow.run
    async def run(self) -> None:
        total = Weight(1) + Weight(2)
        await workflow.execute_activity(
            "weigh", activity_id=str(total.grams), start_to_close_timeout=timedelta(seconds=10)
        )
