"""A decorator of a helper function adds jitter."""

# replay: breaks
# sandbox: stops

import functools
import random
from datetime import timedelta

from temporalio import workflow


def jitter(limit: int):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(value: int) -> int:
            return function(value) + random.randrange(limit)  # want: DET003

        return wrapper

    return decorate


@jitter(10**9)
def delay(value: int) -> int:
    return value * 2


@workflow.defn
class Jittered:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=f"d{delay(1)}", start_to_close_timeout=timedelta(seconds=10)
        )
