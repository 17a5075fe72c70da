"""Code that no workflow reaches."""

# replay: not-run because it is about how lines are judged, and starts nothing

import asyncio
import os
import time
import uuid

from temporalio import workflow

QUEUE = os.environ.get("QUEUE")


def unused() -> float:
    return time.time()


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None: ...


async def main() -> None:
    from temporalio.client import Client

    client = await Client.connect(os.environ["ADDRESS"])
    await client.start_workflow("x", id=str(uuid.uuid4()), task_queue="q")


if __name__ == "__main__":
    asyncio.run(main())
