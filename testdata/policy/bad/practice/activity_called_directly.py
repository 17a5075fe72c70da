"""An activity is called as a plain function."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def add_tax(price: int) -> int:
    return price * 2


@workflow.defn
class CallsActivity:
    @workflow.run
    async def run(self) -> None:
        price = await add_tax(10)  # want: PRA011
        await workflow.execute_activity(f"charge_{price}", start_to_close_timeout=timedelta(seconds=10))
