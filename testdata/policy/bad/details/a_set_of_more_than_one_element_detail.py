"""A set of two elements, and one whose length is asked too late."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, names: list[str]) -> list[str]:
        regions = set(names)
        if len(regions) == 2:
            return [regions.pop()]  # want: DET011
        if len(regions) != 1:
            return list(regions)  # want: DET011
        return [next(iter(set(names[1:])))]  # want: DET011
