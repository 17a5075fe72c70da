"""Work is given to a pool of processes."""

# replay: not-run because a pool of processes cannot be started from a worker's thread in every setting

import concurrent.futures as cf

from temporalio import workflow


def square(n: int) -> int:
    return n * n


@workflow.defn
class ProcessPool:
    @workflow.run
    async def run(self) -> int:
        with cf.ProcessPoolExecutor() as pool:  # want: DET009
            return sum(pool.map(square, range(3)))  # want: DET009?
