"""Continue-As-New, patches, memo and info of the SDK."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Continues:
    @workflow.run
    async def run(self, left: int = 1) -> None:
        if workflow.patched("second-step"):
            await workflow.execute_activity("second", start_to_close_timeout=timedelta(seconds=10))
        workflow.deprecate_patch("first-step")
        workflow.upsert_memo({"left": left})
        if workflow.info().is_continue_as_new_suggested():
            workflow.continue_as_new(left - 1)
        await workflow.execute_activity(
            f"left_{left}_{workflow.info().attempt}", start_to_close_timeout=timedelta(seconds=10)
        )
