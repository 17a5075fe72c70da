"""A cache keeps the ID that the first execution drew."""

# replay: breaks
# sandbox: passes
# executions: 2

from datetime import timedelta
from functools import lru_cache

from temporalio import workflow


@lru_cache(maxsize=None)  # want: DET016
def token_of(customer: str) -> str:
    return f"{customer}-{workflow.uuid4()}"


@workflow.defn
class CachedToken:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=token_of("kim"), start_to_close_timeout=timedelta(seconds=10)
        )
