"""The start message has a field that is a set."""

# replay: breaks
# sandbox: passes
# start: [{"name": "o-1", "items": ["a", "b", "c", "d", "e", "f"]}]

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow


@dataclass
class Order:
    name: str
    items: set[str]


@workflow.defn
class PickItems:
    @workflow.run
    async def run(self, order: Order) -> None:
        for item in order.items:  # want: DET011
            await workflow.execute_activity(f"pick_{item}", start_to_close_timeout=timedelta(seconds=10))
