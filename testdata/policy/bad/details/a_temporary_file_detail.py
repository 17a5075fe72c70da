"""A temporary file."""

# replay: not-run because it is about how lines are judged, and starts nothing

import tempfile

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return tempfile.mkdtemp()  # want: DET006
