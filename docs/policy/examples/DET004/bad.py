import uuid

from temporalio import workflow


@workflow.defn
class Payment:
    @workflow.run
    async def run(self, order_id: str) -> str:
        return f"{order_id}/{uuid.uuid4()}"  # DET004
