"""A set made of a set."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        names = {"a", "b"}
        return {name.upper() for name in names}, {*names, "c"}, frozenset(names) | set(names)
