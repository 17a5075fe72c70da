"""`utcnow` of a class that goes by another name."""

# replay: breaks
# sandbox: stops

from datetime import datetime as dt
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Renewal:
    def __init__(self) -> None:
        self.seen: list[str] = []

    @workflow.run
    async def run(self) -> None:
        self.seen.append(dt.utcnow().isoformat())  # want: DET001
        await workflow.execute_activity(
            "renew", activity_id=self.seen[0], start_to_close_timeout=timedelta(seconds=10)
        )
