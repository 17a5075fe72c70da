"""A frozen dataclass is hashed by its fields."""

# replay: breaks
# sandbox: passes

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow


@dataclass(frozen=True)
class Key:
    tenant: str
    order: str

    def bucket(self) -> int:
        return hash(self) & 0xFFFF_FFFF  # want: DET014


@workflow.defn
class Bucket:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "route", activity_id=f"b{Key('t', 'o').bucket()}", start_to_close_timeout=timedelta(seconds=10)
        )
