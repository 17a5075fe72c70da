import time

from temporalio import workflow


@workflow.defn
class Order:
    @workflow.init
    def __init__(self, due: float) -> None:
        self.due = due

    @workflow.run
    async def run(self, due: float) -> None:
        await workflow.sleep(due - workflow.time())

    @workflow.query
    def seconds_left(self) -> float:
        return self.due - time.time()  # PRA010
