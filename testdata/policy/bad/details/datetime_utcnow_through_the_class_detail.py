"""Datetime.utcnow through the class."""

# replay: not-run because it is about how lines are judged, and starts nothing

from datetime import datetime as dt

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        return dt.utcnow()  # want: DET001
