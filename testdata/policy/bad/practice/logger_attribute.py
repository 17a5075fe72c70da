"""A logger in an attribute."""

# replay: holds
# sandbox: passes

import logging
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class LogsByAttribute:
    def __init__(self) -> None:
        self.log = logging.getLogger("flow")

    @workflow.run
    async def run(self) -> None:
        self.log.error("odd")  # want: PRA002
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
