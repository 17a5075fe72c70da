"""The host's name."""

# replay: not-run because it is about how lines are judged, and starts nothing

import socket

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return socket.gethostname()  # want: DET005
