"""A workflow that is not sandboxed."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn(sandboxed=False)  # want: DET013
class Flow:
    @workflow.run
    async def run(self) -> None: ...
