"""`now` of a class of one's own."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


class Calendar:
    def __init__(self, day: int) -> None:
        self._day = day

    def now(self) -> int:
        return self._day

    def today(self) -> int:
        return self.now()


@workflow.defn
class OwnCalendar:
    @workflow.run
    async def run(self) -> None:
        calendar = Calendar(7)
        await workflow.execute_activity(
            f"day_{calendar.now()}_{calendar.today()}", start_to_close_timeout=timedelta(seconds=10)
        )
