"""The clock is imported where it is used."""

# replay: breaks
# sandbox: stops

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class LateImport:
    @workflow.run
    async def run(self) -> None:
        from time import time_ns

        await workflow.execute_activity(
            "stamp",
            activity_id=f"at-{time_ns()}",  # want: DET001
            start_to_close_timeout=timedelta(seconds=10),
        )
