"""Operators on what is no set and no path."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, one, other) -> object:
        both, rest, half = one & other, one - other, one / 2
        names = {"a"} == {"b"}
        return [x for x in both], list(rest), half.exists(), list(names), list(one.values() - other)
