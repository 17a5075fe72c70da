"""A query counts how often it was asked; no replay asks again."""

# replay: breaks
# sandbox: passes
# query: peek []
# signal: go []

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class CountsQueries:
    def __init__(self) -> None:
        self.asked = 0
        self.going = False

    @workflow.query
    def peek(self) -> int:
        self.asked += 1  # want: DET020
        return self.asked

    @workflow.signal
    def go(self) -> None:
        self.going = True

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self.going)
        await workflow.execute_activity(f"asked_{self.asked}", start_to_close_timeout=timedelta(seconds=10))
