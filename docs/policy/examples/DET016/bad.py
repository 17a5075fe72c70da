from temporalio import workflow

seen: list[str] = []


@workflow.defn
class Customer:
    @workflow.run
    async def run(self, name: str) -> int:
        seen.append(name)  # DET016
        return len(seen)
