"""An executor."""

# replay: not-run because it is about how lines are judged, and starts nothing

from concurrent.futures import ThreadPoolExecutor

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        with ThreadPoolExecutor() as pool:  # want: DET009
            pool.submit(print)  # want: DET009
