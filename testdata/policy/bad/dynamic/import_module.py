"""A module is imported by name."""

# replay: breaks
# sandbox: passes

import importlib
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Plugins:
    @workflow.run
    async def run(self) -> None:
        plugin = importlib.import_module("secrets")  # want: DET015
        await workflow.execute_activity(
            "use",
            activity_id=plugin.token_hex(8),  # want: DET003?
            start_to_close_timeout=timedelta(seconds=10),
        )
