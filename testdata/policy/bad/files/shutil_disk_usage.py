"""Free space decides."""

# replay: breaks
# sandbox: stops

import shutil
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class RoomLeft:
    @workflow.run
    async def run(self) -> None:
        target = shutil.make_archive("backup", "tar", "data")  # want: DET006
        await workflow.execute_activity(
            "upload", activity_id=target, start_to_close_timeout=timedelta(seconds=10)
        )
