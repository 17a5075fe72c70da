"""Parsing and arithmetic need no clock."""

# replay: holds
# sandbox: passes

import calendar
import time as t
from datetime import datetime, timedelta

from temporalio import workflow


def months(count: int, start: datetime) -> list[str]:
    return [(start + timedelta(days=30 * n)).strftime("%Y-%m") for n in range(count)]


@workflow.defn
class Plans:
    @workflow.run
    async def run(self) -> None:
        start = datetime.strptime("2026-02-01", "%Y-%m-%d")
        days = calendar.monthrange(2026, 2)[1]
        seconds = calendar.timegm(t.strptime("2026", "%Y"))
        await workflow.execute_activity(
            "plan",
            activity_id=f"{months(2, start)}-{days}-{seconds}",
            start_to_close_timeout=timedelta(seconds=10),
        )
