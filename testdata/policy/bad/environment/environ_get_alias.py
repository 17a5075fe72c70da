"""A feature flag is an environment variable."""

# replay: breaks
# sandbox: stops

from datetime import timedelta
from os import environ as settings

from temporalio import workflow


@workflow.defn
class FlaggedByEnvironment:
    @workflow.run
    async def run(self) -> None:
        if settings.get("REGION", "region-1") == "region-1":  # want: DET005
            await workflow.execute_activity("new_checkout", start_to_close_timeout=timedelta(seconds=10))
        else:
            await workflow.execute_activity("old_checkout", start_to_close_timeout=timedelta(seconds=10))
