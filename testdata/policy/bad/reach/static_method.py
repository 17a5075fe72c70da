"""A static method of the workflow."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Static:
    @staticmethod
    def _suffix() -> str:
        return str(random.randint(0, 10**9))  # want: DET003

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=Static._suffix(), start_to_close_timeout=timedelta(seconds=10)
        )
