"""The first of several wins, and which is first is up to a set."""

# replay: not-run because which addresses its tasks get decides

import asyncio
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Race:
    @workflow.run
    async def run(self) -> str:
        quotes = [
            asyncio.create_task(
                workflow.execute_activity(
                    "quote", name, result_type=str, start_to_close_timeout=timedelta(seconds=10)
                )
            )
            for name in ("ups", "dhl")
        ]
        done, pending = await asyncio.wait(quotes, return_when=asyncio.FIRST_COMPLETED)  # want: DET010
        for task in pending:  # want: DET011?
            task.cancel()
        return done.pop().result()  # want: DET011?
