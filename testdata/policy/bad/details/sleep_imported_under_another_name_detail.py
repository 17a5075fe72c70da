"""Sleep imported under another name."""

# replay: not-run because it is about how lines are judged, and starts nothing

from time import sleep as s

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        s(1)  # want: DET002
