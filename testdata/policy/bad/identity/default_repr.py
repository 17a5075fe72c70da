"""An object without a repr of its own is formatted: its address shows."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


class Customer:
    def __init__(self, name: str) -> None:
        self.name = name


@workflow.defn
class Greets:
    @workflow.run
    async def run(self) -> None:
        customer = Customer("kim")
        await workflow.execute_activity(
            "greet",
            activity_id=f"greet-{customer}",  # want: DET018
            start_to_close_timeout=timedelta(seconds=10),
        )
