"""A context manager's `__enter__` looks at the clock."""

# replay: breaks
# sandbox: stops

import time
from datetime import timedelta

from temporalio import workflow


class Stopwatch:
    def __enter__(self) -> "Stopwatch":
        self.began = time.monotonic()  # want: DET001
        return self

    def __exit__(self, *args: object) -> None:
        pass


@workflow.defn
class Watched:
    @workflow.run
    async def run(self) -> None:
        with Stopwatch() as watch:
            await workflow.execute_activity(
                "work", activity_id=f"{watch.began}", start_to_close_timeout=timedelta(seconds=10)
            )
