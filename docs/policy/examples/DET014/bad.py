from temporalio import workflow


@workflow.defn
class Shard:
    @workflow.run
    async def run(self, customer: str) -> int:
        return hash(customer) % 16  # DET014
