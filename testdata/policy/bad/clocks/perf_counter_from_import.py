"""A clock goes by a name of its own."""

# replay: breaks
# sandbox: stops

from datetime import timedelta
from time import perf_counter_ns as tick

from temporalio import workflow


@workflow.defn
class Benchmarked:
    @workflow.run
    async def run(self) -> None:
        start = tick()  # want: DET001
        await workflow.execute_activity(
            "crunch", activity_id=str(start), start_to_close_timeout=timedelta(seconds=10)
        )
