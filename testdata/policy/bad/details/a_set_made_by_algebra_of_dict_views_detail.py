"""A set made by algebra of dict views."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, old: dict[str, int], new: dict[str, int]) -> list[str]:
        return list(old.keys() - new.keys())  # want: DET011
