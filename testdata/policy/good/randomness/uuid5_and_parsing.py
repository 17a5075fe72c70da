"""UUIDs that are computed from values."""

# replay: holds
# sandbox: passes

import uuid
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid3, uuid5

from temporalio import workflow


@workflow.defn
class ComputedIds:
    @workflow.run
    async def run(self) -> None:
        key = uuid5(NAMESPACE_URL, "order-1")
        other = uuid3(uuid.NAMESPACE_DNS, "example.com")
        parsed = UUID(str(key))
        await workflow.execute_activity(
            "use",
            activity_id=f"{parsed}-{other.hex}-{uuid.UUID(int=1)}",
            start_to_close_timeout=timedelta(seconds=10),
        )
