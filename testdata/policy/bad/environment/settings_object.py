"""A settings class reads the environment when it is made."""

# replay: breaks
# sandbox: stops

import os
from datetime import timedelta

from temporalio import workflow


class Settings:
    def __init__(self) -> None:
        self.region = os.environ.get("REGION", "none")  # want: DET005


@workflow.defn
class ConfiguredFlow:
    def __init__(self) -> None:
        self.settings = Settings()

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            f"notify_{self.settings.region}", start_to_close_timeout=timedelta(seconds=10)
        )
