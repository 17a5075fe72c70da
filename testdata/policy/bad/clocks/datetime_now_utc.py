"""An aware datetime is the present nevertheless."""

# replay: breaks
# sandbox: stops
# start: ["o-1"]

import datetime

from temporalio import workflow


@workflow.defn
class Invoice:
    @workflow.run
    async def run(self, order: str) -> None:
        issued = datetime.datetime.now(datetime.timezone.utc)  # want: DET001
        number = f"{order}-{issued.isoformat()}"
        await workflow.execute_child_workflow("SendInvoice", id=number)
