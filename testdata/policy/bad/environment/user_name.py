"""The account that the worker runs under is asked for."""

# replay: breaks
# sandbox: stops

import getpass
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class RunAs:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "impersonate",
            activity_id=getpass.getuser(),  # want: DET005
            start_to_close_timeout=timedelta(seconds=10),
        )
