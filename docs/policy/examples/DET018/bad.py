from temporalio import workflow


class Item:
    def __init__(self, sku: str) -> None:
        self.sku = sku


@workflow.defn
class Order:
    @workflow.run
    async def run(self, sku: str) -> str:
        return f"key of {Item(sku)}"  # DET018
