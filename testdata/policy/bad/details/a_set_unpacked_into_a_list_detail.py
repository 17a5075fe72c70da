"""A set unpacked into a list."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> list[str]:
        return [*frozenset("ab")]  # want: DET011
