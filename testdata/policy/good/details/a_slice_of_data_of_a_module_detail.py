"""A slice of data of a module is a copy."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow

STEPS = ["pack", "ship"]


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> list[str]:
        steps = STEPS[:]
        steps.append("bill")
        steps.sort()
        return steps
