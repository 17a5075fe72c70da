"""The base class of another module does it."""

# replay: breaks
# sandbox: stops

from datetime import timedelta

from flow_base import TracedFlow
from temporalio import workflow


@workflow.defn
class Derived(TracedFlow):
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "work", activity_id=self.trace_id(), start_to_close_timeout=timedelta(seconds=10)
        )
