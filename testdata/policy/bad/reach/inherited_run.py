"""The run method is that of a base class."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow


class RunBase:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use",
            activity_id=str(random.random()),  # want: DET003
            start_to_close_timeout=timedelta(seconds=10),
        )


@workflow.defn
class InheritsRun(RunBase):
    @workflow.run
    async def run(self) -> None:
        await super().run()
