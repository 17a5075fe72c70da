"""A loop over a set display."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class NotifyAll:
    @workflow.run
    async def run(self) -> None:
        for channel in {"mail", "sms", "push", "fax", "letter", "phone"}:  # want: DET011
            await workflow.execute_activity(f"notify_{channel}", start_to_close_timeout=timedelta(seconds=10))
