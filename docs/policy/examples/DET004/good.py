import uuid

from temporalio import workflow


@workflow.defn
class Payment:
    @workflow.run
    async def run(self, order_id: str) -> list[str]:
        fresh = workflow.uuid4()
        derived = uuid.uuid5(uuid.NAMESPACE_URL, order_id)  # of the same text always the same
        return [str(fresh), str(derived)]
