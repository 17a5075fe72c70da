"""A decorator measures what it decorates."""

# replay: breaks
# sandbox: stops

import functools
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow


def measured(function: Callable[..., Awaitable[str]]) -> Callable[..., Awaitable[str]]:
    @functools.wraps(function)
    async def wrapper(*args: object) -> str:
        began = time.perf_counter()  # want: DET001
        return f"{await function(*args)}-{began}"

    return wrapper


@workflow.defn
class Decorated:
    @measured
    async def _key(self) -> str:
        return "k"

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=await self._key(), start_to_close_timeout=timedelta(seconds=10)
        )
