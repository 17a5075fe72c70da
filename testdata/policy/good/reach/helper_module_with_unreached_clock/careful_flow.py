"""A helper module has a clock, and the workflow uses something else of it."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from careful_helpers import label
from temporalio import workflow


@workflow.defn
class Careful:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(label("a"), start_to_close_timeout=timedelta(seconds=10))
