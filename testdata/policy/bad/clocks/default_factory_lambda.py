"""A field is filled by a lambda that reads a clock."""

# replay: breaks
# sandbox: stops

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from temporalio import workflow


@dataclass(frozen=True)
class Receipt:
    order: str
    printed: str = field(default_factory=lambda: datetime.now(timezone.utc).isoformat())  # want: DET001


@workflow.defn
class PrintReceipt:
    @workflow.run
    async def run(self) -> None:
        receipt = Receipt("o-1")
        await workflow.execute_activity(
            "print_receipt", activity_id=receipt.printed, start_to_close_timeout=timedelta(seconds=10)
        )
