"""numpy's global generator."""

# replay: not-run because numpy is not installed

from numpy import random
from temporalio import workflow


@workflow.defn
class Noise:
    @workflow.run
    async def run(self) -> list[float]:
        return [float(random.rand()) for _ in range(3)]  # want: DET003
