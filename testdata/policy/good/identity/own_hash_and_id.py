"""Attributes and methods of one's own named hash and id."""

# replay: holds
# sandbox: passes

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow


@dataclass
class Item:
    id: str

    def hash(self) -> str:
        return self.id[::-1]


@workflow.defn
class OwnIds:
    @workflow.run
    async def run(self) -> None:
        item = Item(id="o-1")
        id = item.id
        await workflow.execute_activity(
            "use", activity_id=f"{id}-{item.hash()}", start_to_close_timeout=timedelta(seconds=10)
        )
