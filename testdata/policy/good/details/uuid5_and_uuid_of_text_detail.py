"""Uuid5 and UUID of text."""

# replay: not-run because it is about how lines are judged, and starts nothing

import uuid

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, order: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, order)) + str(uuid.UUID(order))
