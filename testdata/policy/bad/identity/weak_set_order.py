"""A weak set is ordered by addresses."""

# replay: breaks
# sandbox: passes

from datetime import timedelta
from weakref import WeakSet

from temporalio import workflow


class Listener:
    def __init__(self, name: str) -> None:
        self.name = name


@workflow.defn
class Listeners:
    @workflow.run
    async def run(self) -> None:
        keep = [Listener(f"l{n}") for n in range(24)]
        listeners = WeakSet(keep)  # want: DET017
        for listener in listeners:  # want: DET011?, DET017?
            workflow.start_activity(listener.name, start_to_close_timeout=timedelta(seconds=10))
        await workflow.sleep(0.001)
