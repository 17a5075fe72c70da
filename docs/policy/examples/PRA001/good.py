from temporalio import workflow


@workflow.defn
class Order:
    @workflow.run
    async def run(self, name: str) -> str:
        workflow.logger.info("order of %s", name)
        if not workflow.unsafe.is_replaying():
            print(f"order of {name}")
        return name
