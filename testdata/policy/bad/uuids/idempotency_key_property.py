"""A property makes an idempotency key."""

# replay: breaks
# sandbox: stops

from datetime import timedelta
from uuid import uuid4

from temporalio import workflow


@workflow.defn
class Charge:
    @property
    def idempotency_key(self) -> str:
        return f"charge-{uuid4()}"  # want: DET004

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "charge", activity_id=self.idempotency_key, start_to_close_timeout=timedelta(seconds=10)
        )
