"""Uuid1 from the module."""

# replay: not-run because it is about how lines are judged, and starts nothing

from uuid import uuid1

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return str(uuid1())  # want: DET004
