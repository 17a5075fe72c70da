"""Prints and logs once, where the replay is asked about."""

# replay: holds
# sandbox: passes

import logging
from datetime import timedelta

from temporalio import workflow

log = logging.getLogger(__name__)


def note(text: str) -> None:
    if workflow.unsafe.is_replaying():
        return
    print(text)


@workflow.defn
class PrintsOnce:
    @workflow.run
    async def run(self) -> None:
        if not workflow.unsafe.is_replaying():
            print("begun")
            log.info("begun")
        note("still")
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
