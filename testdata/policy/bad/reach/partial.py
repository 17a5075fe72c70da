"""A partial is called later."""

# replay: breaks
# sandbox: stops

from datetime import timedelta
from functools import partial
from uuid import uuid4

from temporalio import workflow


def make_id(prefix: str) -> str:
    return f"{prefix}-{uuid4()}"  # want: DET004


@workflow.defn
class Partials:
    @workflow.run
    async def run(self) -> None:
        order_id = partial(make_id, "order")
        await workflow.execute_activity(
            "use", activity_id=order_id(), start_to_close_timeout=timedelta(seconds=10)
        )
