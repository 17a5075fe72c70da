"""The whole process."""

# replay: not-run because it is about how lines are judged, and starts nothing

import atexit
import locale
import signal
import sys
import warnings

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        locale.setlocale(locale.LC_ALL, "")  # want: DET019
        signal.signal(signal.SIGTERM, print)  # want: DET019
        atexit.register(print)  # want: DET019
        sys.setrecursionlimit(10)  # want: DET019
        warnings.simplefilter("ignore")  # want: DET019
