"""A field is filled by a clock."""

# replay: breaks
# sandbox: stops

import time
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import workflow


@dataclass
class AuditEntry:
    action: str
    at: float = field(default_factory=time.time)  # want: DET001


@workflow.defn
class Audited:
    @workflow.run
    async def run(self) -> None:
        entry = AuditEntry("approve")
        await workflow.execute_activity(
            entry.action, activity_id=f"{entry.at}", start_to_close_timeout=timedelta(seconds=10)
        )
