"""The SDK's decorators go by other names."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow as wf
from temporalio.workflow import defn as flow
from temporalio.workflow import run as entry


@flow(name="OtherNames")
class OtherNamesFlow:
    @entry
    async def execute(self) -> None:
        await wf.execute_activity(
            "use",
            activity_id=f"{time.time()}",  # want: DET001
            start_to_close_timeout=timedelta(seconds=10),
        )
