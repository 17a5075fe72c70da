"""Path.read_text on a new path."""

# replay: not-run because it is about how lines are judged, and starts nothing

from pathlib import Path

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return Path("orders.csv").read_text()  # want: DET006
