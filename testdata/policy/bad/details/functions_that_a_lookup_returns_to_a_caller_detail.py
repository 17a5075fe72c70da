"""Functions that a lookup returns, and somebody calls."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time
from collections.abc import Callable

from temporalio import workflow


def stamp() -> str:
    return str(time.time())  # want: DET001


def tool_named(name: str) -> Callable[[], str]:
    if name == "stamp":
        return stamp
    raise KeyError(name)


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, name: str) -> str:
        tool = tool_named(name)
        return tool()
