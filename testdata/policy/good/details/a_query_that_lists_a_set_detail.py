"""A query that lists a set: nothing replays it."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    def __init__(self) -> None:
        self.names: set[str] = set()

    @workflow.query
    def known(self) -> list[str]:
        return list(self.names)

    @workflow.signal
    def add(self, name: str) -> None:
        self.names.add(name)

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: len(self.names) > 3)
