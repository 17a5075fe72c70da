"""An object that can be called."""

# replay: breaks
# sandbox: stops

import uuid
from datetime import timedelta

from temporalio import workflow


class IdSource:
    def __call__(self) -> str:
        return uuid.uuid4().hex  # want: DET004


@workflow.defn
class CallsObject:
    def __init__(self) -> None:
        self.next_id = IdSource()

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=self.next_id(), start_to_close_timeout=timedelta(seconds=10)
        )
