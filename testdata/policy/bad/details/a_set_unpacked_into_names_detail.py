"""A set unpacked into names."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        first, second = {"a", "b"}  # want: DET011
        return first + second
