"""A default argument is the moment of the import."""

# replay: breaks
# sandbox: passes

import time
from datetime import timedelta

from temporalio import workflow


def label(prefix: str, at: float = time.time()) -> str:  # want: DET001
    return f"{prefix}-{at}"


@workflow.defn
class Labelled:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "attach", activity_id=label("box"), start_to_close_timeout=timedelta(seconds=10)
        )
