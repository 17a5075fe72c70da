"""An import by name."""

# replay: not-run because it is about how lines are judged, and starts nothing

import importlib

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        return importlib.import_module("x")  # want: DET015
