"""Uuid4."""

# replay: not-run because it is about how lines are judged, and starts nothing

import uuid

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return uuid.uuid4().hex  # want: DET004
