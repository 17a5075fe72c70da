"""A helper module keeps a registry that workflow code writes to."""

# replay: breaks
# sandbox: passes
# executions: 2

from datetime import timedelta

import shared_registry
from temporalio import workflow


@workflow.defn
class Registers:
    @workflow.run
    async def run(self) -> None:
        shared_registry.register(workflow.info().workflow_id)
        await workflow.execute_activity(
            f"index_{shared_registry.size()}", start_to_close_timeout=timedelta(seconds=10)
        )
