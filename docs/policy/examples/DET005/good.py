from dataclasses import dataclass

from temporalio import workflow


@dataclass
class Offer:
    price: float
    discount: float  # whoever starts the workflow reads the environment


@workflow.defn
class Discount:
    @workflow.run
    async def run(self, offer: Offer) -> float:
        return offer.price * offer.discount
