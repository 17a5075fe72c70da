"""Members of an enum are ordered by the hash of their names."""

# replay: breaks
# sandbox: passes

import enum
from datetime import timedelta

from temporalio import workflow


class Step(enum.Enum):
    CUT = "cut"
    SAND = "sand"
    PAINT = "paint"
    DRY = "dry"
    PACK = "pack"
    SEND = "send"


@workflow.defn
class Workshop:
    @workflow.run
    async def run(self) -> None:
        remaining = set(Step) - {Step.SEND}
        for step in remaining:  # want: DET011
            await workflow.execute_activity(step.value, start_to_close_timeout=timedelta(seconds=10))
