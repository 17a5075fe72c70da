"""Arguments of the worker's command line decide."""

# replay: breaks
# sandbox: passes

import sys
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ShardedWork:
    @workflow.run
    async def run(self) -> None:
        shard = sys.argv[-1]  # want: DET005
        await workflow.execute_activity(
            "work", activity_id=shard, start_to_close_timeout=timedelta(seconds=10)
        )
