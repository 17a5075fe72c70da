"""Options of activities that are written out, without a limit."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow

OPTIONS = {"task_queue": "tools"}


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity("use", **OPTIONS)  # want: PRA003
        more = dict(task_queue="tools")
        await workflow.execute_activity("use", summary="once", **more)  # want: PRA003
