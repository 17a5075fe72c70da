"""A signal handler of the operating system is set in workflow code."""

# replay: stuck
# sandbox: stops

import signal

from temporalio import workflow


@workflow.defn
class HandlesSigterm:
    def __init__(self) -> None:
        self.stopping = False

    def _stop(self, *_: object) -> None:
        self.stopping = True

    @workflow.run
    async def run(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)  # want: DET019/DET008
        await workflow.wait_condition(lambda: self.stopping)
