"""A set that is sorted first."""

# replay: not-run because it is about how lines are judged, and starts nothing

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> list[str]:
        names = {"a", "b"}
        for name in sorted(names):
            await workflow.execute_activity(name, start_to_close_timeout=timedelta(seconds=1))
        return sorted(name.upper() for name in names)
