"""A clock inside `eval`."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Evaluates:
    @workflow.run
    async def run(self, formula: str = "time.time()") -> None:
        value = eval(formula)  # want: DET015
        await workflow.execute_activity(
            "use", activity_id=str(value), start_to_close_timeout=timedelta(seconds=10)
        )
