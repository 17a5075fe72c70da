"""A clock fills a dataclass field."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time
from dataclasses import dataclass, field

from temporalio import workflow


@dataclass
class Seen:
    at: float = field(default_factory=time.time)  # want: DET001


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> Seen:
        return Seen()
