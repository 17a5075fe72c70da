"""A union of two sets."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow

BASE = {"mail", "sms", "push"}


@workflow.defn
class Channels:
    @workflow.run
    async def run(self) -> None:
        extra = {"fax", "letter", "phone"}
        for channel in BASE | extra:  # want: DET011
            await workflow.execute_activity(f"via_{channel}", start_to_close_timeout=timedelta(seconds=10))
