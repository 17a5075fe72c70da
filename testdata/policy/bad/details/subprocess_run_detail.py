"""Subprocess.run."""

# replay: not-run because it is about how lines are judged, and starts nothing

import subprocess

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        subprocess.run(["ls"])  # want: DET008
