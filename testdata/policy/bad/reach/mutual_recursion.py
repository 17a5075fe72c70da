"""Two helpers call each other, and one of them draws."""

# replay: breaks
# sandbox: stops

import secrets
from datetime import timedelta

from temporalio import workflow


def even(n: int) -> str:
    return odd(n - 1) if n else ""


def odd(n: int) -> str:
    return secrets.token_hex(4) + even(n - 1)  # want: DET003


@workflow.defn
class Recursive:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "use", activity_id=even(4), start_to_close_timeout=timedelta(seconds=10)
        )
