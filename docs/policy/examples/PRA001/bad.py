from temporalio import workflow


@workflow.defn
class Order:
    @workflow.run
    async def run(self, name: str) -> str:
        print(f"order of {name}")  # PRA001
        return name
