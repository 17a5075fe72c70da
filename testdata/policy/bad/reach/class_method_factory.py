"""A class method makes the object."""

# replay: breaks
# sandbox: stops

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from temporalio import workflow


@dataclass
class Quote:
    number: str

    @classmethod
    def fresh(cls) -> Quote:
        return cls(f"{datetime.now(tz=timezone.utc):%f%S}")  # want: DET001


@workflow.defn
class Quoting:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "quote", activity_id=Quote.fresh().number, start_to_close_timeout=timedelta(seconds=10)
        )
