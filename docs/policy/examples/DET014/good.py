import hashlib

from temporalio import workflow


@workflow.defn
class Shard:
    @workflow.run
    async def run(self, customer: str) -> int:
        return int(hashlib.sha256(customer.encode()).hexdigest(), 16) % 16
