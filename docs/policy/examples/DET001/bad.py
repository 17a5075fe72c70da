from datetime import UTC, datetime

from temporalio import workflow


@workflow.defn
class Order:
    @workflow.run
    async def run(self, deadline: datetime) -> str:
        if datetime.now(UTC) > deadline:  # DET001
            return "too late"
        return "accepted"
