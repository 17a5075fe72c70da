"""Text in memory."""

# replay: not-run because it is about how lines are judged, and starts nothing

import io

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        buffer = io.StringIO()
        buffer.write("x")
        return buffer.getvalue()
