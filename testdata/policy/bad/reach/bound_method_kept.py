"""A bound method is kept in a variable and called later."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow


class Picker:
    def pick(self) -> int:
        return random.getrandbits(40)  # want: DET003


@workflow.defn
class KeepsBound:
    @workflow.run
    async def run(self) -> None:
        pick = Picker().pick
        await workflow.sleep(0.001)
        await workflow.execute_activity(
            "use", activity_id=f"p{pick()}", start_to_close_timeout=timedelta(seconds=10)
        )
