"""Other executions are reached by the workflow's own means."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError


@workflow.defn
class ReachesOthers:
    @workflow.run
    async def run(self) -> None:
        child = await workflow.start_child_workflow("Child", id=workflow.info().workflow_id + "-child")
        await child
        other = workflow.get_external_workflow_handle("no-such-execution")
        try:
            await other.signal("go")
        except ApplicationError:
            await workflow.execute_activity("not_there", start_to_close_timeout=timedelta(seconds=10))
