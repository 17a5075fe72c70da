"""What is done depends on today's date at the worker."""

# replay: breaks
# sandbox: stops

from datetime import date, timedelta

from temporalio import workflow

WEEKEND = ("saturday", "sunday")


@workflow.defn
class PayDay:
    @workflow.run
    async def run(self) -> None:
        weekday = date.today().strftime("%A").lower()  # want: DET001
        if weekday in WEEKEND:
            await workflow.sleep(1)
        await workflow.execute_activity(f"pay_{weekday}", start_to_close_timeout=timedelta(seconds=10))
