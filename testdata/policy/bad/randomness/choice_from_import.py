"""The carrier is drawn."""

# replay: breaks
# sandbox: stops

from datetime import timedelta
from random import choices

from temporalio import workflow


@workflow.defn
class PickCarrier:
    @workflow.run
    async def run(self) -> None:
        drawn = choices(["ups", "dhl", "gls", "dpd"], k=12)  # want: DET003
        for carrier in drawn:
            await workflow.execute_activity(f"ask_{carrier}", start_to_close_timeout=timedelta(seconds=10))
