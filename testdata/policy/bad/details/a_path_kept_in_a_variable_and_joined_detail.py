"""A path kept in a variable and joined."""

# replay: not-run because it is about how lines are judged, and starts nothing

from pathlib import Path

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> bool:
        folder = Path("data") / "orders"
        return folder.exists()  # want: DET006
