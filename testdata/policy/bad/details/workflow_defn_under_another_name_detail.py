"""Workflow.defn under another name."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time

from temporalio import workflow
from temporalio.workflow import defn as flow
from temporalio.workflow import run as entry


@flow(name="X")
class Flow:
    @entry
    async def run(self) -> float:
        return time.time()  # want: DET001
