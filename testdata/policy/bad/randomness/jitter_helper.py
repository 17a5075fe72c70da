"""A back-off has jitter of the host, which decides how many timers there are."""

# replay: breaks
# sandbox: stops

import random
from datetime import timedelta

from temporalio import workflow


def delays(base: float) -> list[float]:
    count = random.randrange(1_000_000)  # want: DET003
    return [base] * (1 + count % 3) + [float(count)]


@workflow.defn
class Poller:
    @workflow.run
    async def run(self) -> None:
        *_, last = delays(0.01)
        await workflow.execute_activity(
            "poll", activity_id=f"poll-{last}", start_to_close_timeout=timedelta(seconds=10)
        )
