"""A document is looked up."""

# replay: not-run because pymongo is not installed

from pymongo import MongoClient
from temporalio import workflow


@workflow.defn
class FromMongo:
    @workflow.run
    async def run(self, order: str) -> dict:
        orders = MongoClient("localhost").shop.orders  # want: DET007
        return orders.find_one({"_id": order})  # want: DET007?
