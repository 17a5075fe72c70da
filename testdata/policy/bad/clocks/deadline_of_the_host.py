"""A timer's presence depends on how long ago the host says the order was placed."""

# replay: breaks
# sandbox: stops

from datetime import date, datetime, timedelta

from temporalio import workflow


@workflow.defn
class GracePeriod:
    @workflow.run
    async def run(self) -> None:
        placed = workflow.now().date()
        due = datetime.today().date() - placed  # want: DET001
        if due.days > 0:
            await workflow.sleep(timedelta(milliseconds=due.days))
        await workflow.execute_activity(f"collect_{due.days}", start_to_close_timeout=timedelta(seconds=10))
