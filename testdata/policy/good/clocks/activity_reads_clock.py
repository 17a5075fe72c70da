"""Clocks, files and randomness belong into activities, here in the same file."""

# replay: holds
# sandbox: passes

import os
import random
import time
from datetime import timedelta

from temporalio import activity, workflow


def host_stamp() -> str:
    return f"{time.time()}-{os.getpid()}"


@activity.defn
async def stamp() -> str:
    time.sleep(0.001)
    return f"{host_stamp()}-{random.random()}"


class Shop:
    url = os.environ.get("SHOP", "")

    def __init__(self) -> None:
        self.started = time.time()

    @activity.defn(name="opened")
    async def opened(self) -> float:
        return self.started


@workflow.defn
class AsksActivities:
    @workflow.run
    async def run(self) -> None:
        text = await workflow.execute_activity(stamp, start_to_close_timeout=timedelta(seconds=10))
        since = await workflow.execute_activity_method(
            Shop.opened, start_to_close_timeout=timedelta(seconds=10)
        )
        await workflow.execute_activity(
            "use", activity_id=f"{text}-{since}", start_to_close_timeout=timedelta(seconds=10)
        )
