"""A variable that says that the workflow replays, taken the wrong way round."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        replaying = workflow.unsafe.is_replaying()
        if replaying:
            print("again")  # want: PRA001
        replaying = False
        if not replaying:
            print("again")  # want: PRA001
