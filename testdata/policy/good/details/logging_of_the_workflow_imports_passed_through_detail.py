"""Logging of the workflow, imports passed through."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    import decimal


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        workflow.logger.info("started %s", workflow.info().workflow_id)
        if not workflow.unsafe.is_replaying():
            workflow.logger.info("once")
