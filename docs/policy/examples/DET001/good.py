from datetime import datetime

from temporalio import workflow


@workflow.defn
class Order:
    @workflow.run
    async def run(self, deadline: datetime) -> str:
        if workflow.now() > deadline:
            return "too late"
        return "accepted"
