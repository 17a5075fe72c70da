"""A counter of itertools at the module's level."""

# replay: breaks
# sandbox: passes
# executions: 2

import itertools
from datetime import timedelta

from temporalio import workflow

_IDS = itertools.count(1)


@workflow.defn
class CountsUp:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "file",
            activity_id=f"i{next(_IDS)}",  # want: DET016
            start_to_close_timeout=timedelta(seconds=10),
        )
