from dataclasses import dataclass

from temporalio import workflow


@dataclass
class Item:  # a dataclass is shown with its fields
    sku: str


@workflow.defn
class Order:
    @workflow.run
    async def run(self, sku: str) -> str:
        return f"key of {Item(sku)}"
