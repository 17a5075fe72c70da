"""A set of one element has one order."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


def the_scope(names: list[str]) -> str:
    scopes = {name.split(".")[0] for name in names}
    if len(scopes) != 1:
        raise KeyError("one scope is needed")
    return next(iter(scopes))


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, names: list[str], free: set[str]) -> list[str]:
        regions = set(names)
        region = list(regions)[0] if len(regions) == 1 else "several"
        if free and len(free) == 1:
            return [free.pop(), region]
        assert len(regions) < 2
        return [the_scope(names), *(list(regions) if not len(regions) > 1 else [])]
