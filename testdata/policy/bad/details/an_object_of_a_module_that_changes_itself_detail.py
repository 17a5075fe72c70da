"""An object of a module that changes itself."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


class Counter:
    def __init__(self) -> None:
        self.value = 0

    def raise_(self) -> int:
        self.value += 1
        return self.value


COUNTER = Counter()


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> int:
        COUNTER.value = 7  # want: DET016
        return COUNTER.raise_()  # want: DET016
