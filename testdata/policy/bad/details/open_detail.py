"""Open."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        with open("orders.csv") as file:  # want: DET006
            return file.read()
