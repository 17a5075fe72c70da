import random

from temporalio import workflow


@workflow.defn
class Raffle:
    @workflow.run
    async def run(self, names: list[str]) -> list[str]:
        winner = workflow.random().choice(names)
        consolation = random.Random(7).choice(names)  # a fixed seed draws the same every time
        return [winner, consolation]
