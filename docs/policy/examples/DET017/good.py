from temporalio import workflow


class Quote:
    price = 10


@workflow.defn
class Order:
    @workflow.run
    async def run(self) -> int:
        quote = Quote()  # it is there as long as the workflow holds it
        await workflow.sleep(1)
        return quote.price
