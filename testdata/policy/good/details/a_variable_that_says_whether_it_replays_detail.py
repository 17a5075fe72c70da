"""A variable that says whether the workflow replays."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        replaying = workflow.unsafe.is_replaying()
        if not replaying:
            print("once")
        live = not workflow.unsafe.is_replaying()
        if live:
            print("once")
        if replaying:
            return
        print("once")
