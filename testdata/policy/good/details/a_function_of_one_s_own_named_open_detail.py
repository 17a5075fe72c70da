"""A function of one's own named open."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


def open(name: str) -> str:
    return name


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return open("x")
