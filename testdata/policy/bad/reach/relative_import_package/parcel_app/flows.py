"""A package with relative imports."""

# replay: breaks
# sandbox: stops

from datetime import timedelta

from temporalio import workflow

from .pricing import rules


@workflow.defn
class Parcel:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "price", activity_id=rules.quote_id(), start_to_close_timeout=timedelta(seconds=10)
        )
