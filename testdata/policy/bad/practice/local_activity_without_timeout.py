"""A local activity needs a timeout as well."""

# replay: stuck
# sandbox: passes

from temporalio import activity, workflow


@activity.defn
async def quick_check(order: str) -> bool:
    return bool(order)


@workflow.defn
class LocalNoTimeout:
    @workflow.run
    async def run(self) -> bool:
        return await workflow.execute_local_activity(quick_check, "o-1")  # want: PRA003
