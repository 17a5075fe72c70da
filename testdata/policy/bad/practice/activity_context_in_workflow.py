"""The activity's context is asked for in workflow code."""

# replay: stuck
# sandbox: passes

from datetime import timedelta

from temporalio import activity, workflow


@workflow.defn
class AsksForActivity:
    @workflow.run
    async def run(self) -> None:
        attempt = activity.info().attempt  # want: PRA012
        await workflow.execute_activity(f"try_{attempt}", start_to_close_timeout=timedelta(seconds=10))
