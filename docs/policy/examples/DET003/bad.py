import random

from temporalio import workflow


@workflow.defn
class Raffle:
    @workflow.run
    async def run(self, names: list[str]) -> str:
        return random.choice(names)  # DET003
