"""A UUID of host and clock."""

# replay: breaks
# sandbox: stops

from datetime import timedelta
from uuid import uuid1 as new_id

from temporalio import workflow


@workflow.defn
class Ticket:
    @workflow.run
    async def run(self) -> None:
        ticket = new_id()  # want: DET004
        await workflow.execute_activity(
            "open_ticket", activity_id=ticket.hex, start_to_close_timeout=timedelta(seconds=10)
        )
