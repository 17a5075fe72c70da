"""A file says what to do."""

# replay: breaks
# sandbox: stops

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ReadOrders:
    @workflow.run
    async def run(self) -> None:
        with open("orders.csv") as file:  # want: DET006
            orders = file.read().splitlines()
        for order in orders:
            await workflow.execute_activity(f"ship_{order}", start_to_close_timeout=timedelta(seconds=10))
