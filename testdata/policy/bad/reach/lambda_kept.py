"""A lambda of the module."""

# replay: breaks
# sandbox: stops

import uuid
from datetime import timedelta

from temporalio import workflow

new_key = lambda: str(uuid.uuid4())  # want: DET004


@workflow.defn
class LambdaKey:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=new_key(), start_to_close_timeout=timedelta(seconds=10)
        )
