from temporalio import workflow


@workflow.defn
class Order:
    @workflow.run
    async def run(self, name: str) -> str:
        workflow.logger.info("order of %s", name)
        return name
