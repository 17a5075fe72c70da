"""Date.today."""

# replay: not-run because it is about how lines are judged, and starts nothing

from datetime import date

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        return date.today()  # want: DET001
