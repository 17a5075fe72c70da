"""The workflow's own logger."""

# replay: holds
# sandbox: passes

import logging
from datetime import timedelta

from temporalio import workflow
from temporalio.workflow import logger as flow_log


@workflow.defn
class LogsWell:
    @workflow.run
    async def run(self) -> None:
        workflow.logger.info("started %s", workflow.info().workflow_id)
        workflow.logger.setLevel(logging.INFO)
        flow_log.warning("still there", extra={"level": logging.getLevelName(logging.INFO)})
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
