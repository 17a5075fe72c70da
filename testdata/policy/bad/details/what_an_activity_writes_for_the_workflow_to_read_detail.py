"""What an activity writes for the workflow to read."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import activity, workflow

PRICES = {}


@activity.defn
async def fetch() -> None:
    PRICES["a"] = 1


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        return PRICES["a"]  # want: DET016
