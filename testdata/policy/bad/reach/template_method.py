"""The base class runs what the subclass overrides."""

# replay: breaks
# sandbox: stops

import uuid
from datetime import timedelta

from temporalio import workflow


class Pipeline:
    async def execute(self) -> None:
        await workflow.execute_activity(
            "run", activity_id=self.key(), start_to_close_timeout=timedelta(seconds=10)
        )

    def key(self) -> str:
        raise NotImplementedError


@workflow.defn
class NightlyPipeline(Pipeline):
    def key(self) -> str:
        return str(uuid.uuid4())  # want: DET004

    @workflow.run
    async def run(self) -> None:
        await self.execute()
