from temporalio import workflow


@workflow.defn
class Parent:
    @workflow.run
    async def run(self, other: str) -> None:
        await workflow.get_external_workflow_handle(other).signal("wake")
