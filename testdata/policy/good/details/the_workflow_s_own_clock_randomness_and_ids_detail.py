"""The workflow's own clock, randomness and IDs."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        return workflow.now(), workflow.time(), workflow.random().random(), workflow.uuid4()
