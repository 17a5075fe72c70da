"""A set made by algebra of views of something unknown."""

# replay: not-run because it is about how lines are judged, and starts nothing

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, old, new) -> None:
        for name in old.keys() & new.keys():  # want: DET011
            await workflow.execute_activity(name, start_to_close_timeout=timedelta(seconds=1))
