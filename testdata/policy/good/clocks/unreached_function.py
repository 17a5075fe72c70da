"""Code that no workflow reaches may do what it likes."""

# replay: holds
# sandbox: passes

import asyncio
import os
import time
import uuid
from datetime import timedelta

from temporalio import workflow

QUEUE = os.environ.get("QUEUE", "shop")


def report() -> str:
    return f"{time.time()} {uuid.uuid4()}"


@workflow.defn
class KeepsToItself:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))


async def main() -> None:
    from temporalio.client import Client

    client = await Client.connect(os.environ["ADDRESS"])
    print(report())
    await client.start_workflow(KeepsToItself.run, id=str(uuid.uuid4()), task_queue=QUEUE)


if __name__ == "__main__":
    asyncio.run(main())
