"""A variable that is a set in one place and a list in another."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> list[str]:
        names = {"a", "b"}
        names = sorted(names)
        return [name for name in names]
