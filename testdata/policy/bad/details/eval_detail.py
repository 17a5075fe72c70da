"""Eval."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        return eval("1")  # want: DET015
