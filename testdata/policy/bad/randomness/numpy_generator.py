"""A generator of numpy without a seed."""

# replay: not-run because numpy is not installed

import numpy as np
from temporalio import workflow


@workflow.defn
class MonteCarlo:
    @workflow.run
    async def run(self) -> float:
        generator = np.random.default_rng()  # want: DET003
        return float(generator.normal())
