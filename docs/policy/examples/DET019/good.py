from temporalio import workflow


@workflow.defn
class Invoice:
    @workflow.run
    async def run(self, total: float) -> str:
        return f"{total:.2f}".replace(".", ",")
