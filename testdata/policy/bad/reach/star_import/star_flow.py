"""The helper comes with a star import."""

# replay: breaks
# sandbox: stops

from datetime import timedelta

from star_helpers import *
from temporalio import workflow


@workflow.defn
class Starred:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=fresh_key(), start_to_close_timeout=timedelta(seconds=10)
        )
