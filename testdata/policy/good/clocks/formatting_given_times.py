"""Times that are given are formatted and compared."""

# replay: holds
# sandbox: passes

import time
from datetime import date, datetime, timedelta, timezone

from temporalio import workflow


@workflow.defn
class FormatsTimes:
    @workflow.run
    async def run(self) -> None:
        now = workflow.now()
        year = time.strftime("%Y", time.gmtime(workflow.time()))
        utc = datetime.fromtimestamp(workflow.time(), timezone.utc)
        parsed = datetime.fromisoformat("2026-01-02T03:04:05+00:00")
        due = date(2026, 1, 31) + timedelta(days=1)
        late = now > parsed and utc >= parsed and now.date() > due
        await workflow.execute_activity(f"late_{late}_{year}", start_to_close_timeout=timedelta(seconds=10))
