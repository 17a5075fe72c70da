"""A method is handed to `wait_condition`."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class WaitsForLuck:
    def __init__(self) -> None:
        self.tries = 0

    def _lucky(self) -> bool:
        self.tries = random.getrandbits(40)  # want: DET003
        return True

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(self._lucky)
        await workflow.execute_activity(
            "use", activity_id=f"{self.tries}", start_to_close_timeout=timedelta(seconds=10)
        )
