"""Set.pop."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        names = {"a", "b"}
        return names.pop()  # want: DET011
