"""An attribute of another object named like a set of one's own."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


class Shelf:
    def __init__(self, names: list[str]) -> None:
        self.names = names

    def fill(self, other) -> list[str]:
        other.names = {"a"}
        return list(self.names)


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        return Shelf([]).fill(object())
