"""The helper is re-exported by its package."""

# replay: breaks
# sandbox: stops

from datetime import timedelta

from billing_tools import invoice_number
from temporalio import workflow


@workflow.defn
class Billing:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "bill", activity_id=invoice_number(), start_to_close_timeout=timedelta(seconds=10)
        )
