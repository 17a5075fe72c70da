"""The module's logger logs again on every replay."""

# replay: holds
# sandbox: passes

import logging
from datetime import timedelta

from temporalio import workflow

logger = logging.getLogger(__name__)


@workflow.defn
class LogsByModule:
    @workflow.run
    async def run(self) -> None:
        logger.info("started %s", workflow.info().workflow_id)  # want: PRA002
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
