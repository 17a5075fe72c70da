"""Pure paths and joined names."""

# replay: not-run because it is about how lines are judged, and starts nothing

import os.path
from pathlib import Path, PurePath

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return os.path.join("a", "b") + str(PurePath("a") / "b") + Path("x").name
