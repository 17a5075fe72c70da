"""Functions of `logging` in a helper."""

# replay: holds
# sandbox: passes

import logging as log
from datetime import timedelta

from temporalio import workflow


def note(order: str) -> None:
    log.warning("late: %s", order)  # want: PRA002


@workflow.defn
class LogsByRoot:
    @workflow.run
    async def run(self) -> None:
        note("o-1")
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
