from temporalio import workflow


@workflow.defn
class Order:
    def __init__(self) -> None:
        self.asked = 0

    @workflow.run
    async def run(self) -> int:
        await workflow.sleep(3600)
        return self.asked

    @workflow.query
    def status(self) -> str:
        self.asked += 1  # DET020
        return "open"
