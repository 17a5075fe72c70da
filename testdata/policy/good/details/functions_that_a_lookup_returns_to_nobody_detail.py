"""Functions that a lookup returns, and nobody calls."""

# replay: not-run because it is about how lines are judged, and starts nothing

import time
from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow


def stamp() -> str:
    return str(time.time())


def tool_named(name: str) -> Callable[[], str]:
    if name == "stamp":
        return stamp
    raise KeyError(name)


def is_own(name: str) -> bool:
    try:
        tool_named(name)
        return True
    except KeyError:
        return False


async def use(name: str, note: Callable[[str], None]) -> None:
    note(name)
    if is_own(name):
        await workflow.execute_activity(name, start_to_close_timeout=timedelta(seconds=10))


@workflow.defn
class Flow:
    def __init__(self) -> None:
        self.notes: list[str] = []

    @workflow.run
    async def run(self, name: str) -> None:
        await use(name, self.notes.append)
