"""Os.environ.get is found once."""

# replay: not-run because it is about how lines are judged, and starts nothing

from os import environ

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str | None:
        return environ.get("REGION")  # want: DET005
