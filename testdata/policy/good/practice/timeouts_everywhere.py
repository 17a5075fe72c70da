"""Timeouts are given in each way there is."""

# replay: holds
# sandbox: passes

from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import RetryPolicy

OPTIONS: dict[str, Any] = {"start_to_close_timeout": timedelta(seconds=10)}


@activity.defn
async def pay(order: str) -> str:
    return order


@workflow.defn
class TimesOut:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(pay, "o-1", **OPTIONS)
        await workflow.execute_activity(pay, "o-1", schedule_to_close_timeout=timedelta(minutes=1))
        await workflow.execute_local_activity(pay, "o-1", start_to_close_timeout=timedelta(seconds=5))
        handle = workflow.start_activity(
            pay,
            "o-2",
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(maximum_attempts=3),
        )
        await handle
