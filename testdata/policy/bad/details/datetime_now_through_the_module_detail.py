"""Datetime.now through the module."""

# replay: not-run because it is about how lines are judged, and starts nothing

import datetime

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        return datetime.datetime.now(datetime.timezone.utc)  # want: DET001
