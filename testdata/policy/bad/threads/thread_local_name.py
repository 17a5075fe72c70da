"""The thread that runs the workflow is asked for."""

# replay: breaks
# sandbox: stops

from datetime import timedelta
from threading import get_ident

from temporalio import workflow


@workflow.defn
class WhichThread:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "pin",
            activity_id=f"thread-{get_ident()}",  # want: DET009
            start_to_close_timeout=timedelta(seconds=10),
        )
