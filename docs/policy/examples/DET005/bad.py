import os

from temporalio import workflow


@workflow.defn
class Discount:
    @workflow.run
    async def run(self, price: float) -> float:
        return price * float(os.environ["DISCOUNT"])  # DET005
