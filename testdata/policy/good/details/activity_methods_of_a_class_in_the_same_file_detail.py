"""Activity methods of a class in the same file."""

# replay: not-run because it is about how lines are judged, and starts nothing

import os
import time
from datetime import timedelta

from temporalio import activity, workflow


class Shop:
    url = os.environ["SHOP"]

    def __init__(self) -> None:
        self.started = time.time()

    @activity.defn(name="stamp")
    async def stamp(self) -> float:
        return time.time()


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return await workflow.execute_activity_method(Shop.stamp, start_to_close_timeout=timedelta(seconds=1))
