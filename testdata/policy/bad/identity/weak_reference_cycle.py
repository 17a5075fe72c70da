"""Whether a weak reference is dead depends on when garbage was collected."""

# replay: breaks
# sandbox: passes

import weakref
from datetime import timedelta

from temporalio import workflow


class Node:
    def __init__(self) -> None:
        self.me = self


@workflow.defn
class WeakCache:
    @workflow.run
    async def run(self) -> None:
        reference = weakref.ref(Node())  # want: DET017
        garbage = [[n] for n in range(300)]
        step = "reload" if reference() is None else "reuse"
        await workflow.execute_activity(step, len(garbage), start_to_close_timeout=timedelta(seconds=10))
