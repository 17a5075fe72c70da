"""A block outside the sandbox."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        with workflow.unsafe.sandbox_unrestricted():  # want: DET013
            pass
