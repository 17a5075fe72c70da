"""A set named in a comprehension's condition."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, orders: list[str]) -> list[str]:
        if any((names := set(order)) for order in orders):
            return list(names)  # want: DET011
        return []
