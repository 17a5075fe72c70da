"""A dict has the order of the set that it was made of."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class PricesOf:
    @workflow.run
    async def run(self) -> None:
        wanted = {"kim", "lee", "max", "noa", "ole", "pia"}
        prices = {name: len(name) for name in wanted}
        for name, price in prices.items():  # want: DET011
            await workflow.execute_activity(
                f"charge_{name}", price, start_to_close_timeout=timedelta(seconds=10)
            )
