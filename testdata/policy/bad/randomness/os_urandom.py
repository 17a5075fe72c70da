"""Bytes of the operating system's randomness."""

# replay: breaks
# sandbox: stops

from datetime import timedelta
from os import urandom

from temporalio import workflow


@workflow.defn
class Nonce:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "sign",
            activity_id=urandom(8).hex(),  # want: DET003
            start_to_close_timeout=timedelta(seconds=10),
        )
