"""A field is filled with a random UUID."""

# replay: breaks
# sandbox: stops

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import workflow


@dataclass
class Command:
    kind: str
    id: uuid.UUID = field(default_factory=uuid.uuid4)  # want: DET004


@workflow.defn
class Dispatch:
    @workflow.run
    async def run(self) -> None:
        command = Command("reserve")
        await workflow.execute_activity(
            command.kind, activity_id=str(command.id), start_to_close_timeout=timedelta(seconds=10)
        )
