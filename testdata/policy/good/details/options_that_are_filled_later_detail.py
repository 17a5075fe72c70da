"""Options of an activity that get their limit later."""

# replay: not-run because it is about how lines are judged, and starts nothing

from datetime import timedelta
from typing import Any

from temporalio import workflow

SHORT = {"schedule_to_close_timeout": timedelta(seconds=10)}


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        options: dict[str, Any] = {"task_queue": "tools"}
        options["start_to_close_timeout"] = timedelta(seconds=10)
        await workflow.execute_activity("use", **options)
        more = dict(task_queue="tools")
        await workflow.execute_activity("use", **more, **SHORT)
        await workflow.execute_activity("use", **more, start_to_close_timeout=timedelta(seconds=10))
