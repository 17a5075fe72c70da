"""A function's repr has its address."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


def discount(price: int) -> int:
    return price // 2


@workflow.defn
class RuleName:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "apply",
            activity_id=repr(discount),  # want: DET018
            start_to_close_timeout=timedelta(seconds=10),
        )
