"""Classes named like a process that are none."""

# replay: not-run because it is about how lines are judged, and starts nothing

import multiprocessing
import time

from shop.machines import PrintingProcess
from temporalio import workflow


class Worker(multiprocessing.Process):
    def run(self) -> None:
        time.sleep(1)


class Press(PrintingProcess):
    def run(self) -> None:
        time.sleep(1)


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None: ...
