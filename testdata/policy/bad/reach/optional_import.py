"""An import that may fail."""

# replay: breaks
# sandbox: stops

from datetime import timedelta

from temporalio import workflow

try:
    from fast_uuid import uuid4 as make_uuid
except ImportError:
    from uuid import uuid4 as make_uuid


@workflow.defn
class OptionalImport:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use",
            activity_id=str(make_uuid()),  # want: DET004
            start_to_close_timeout=timedelta(seconds=10),
        )
