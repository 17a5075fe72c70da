"""What `platform` says of the host decides."""

# replay: breaks
# sandbox: stops

import platform
from datetime import timedelta

from temporalio import workflow


def where() -> str:
    return platform.node()  # want: DET005


@workflow.defn
class InstallAgent:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(f"install_on_{where()}", start_to_close_timeout=timedelta(seconds=10))
