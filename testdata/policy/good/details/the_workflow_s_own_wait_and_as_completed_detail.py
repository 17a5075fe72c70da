"""The workflow's own wait and as_completed."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        await workflow.wait([])
        for task in workflow.as_completed([]):
            await task
