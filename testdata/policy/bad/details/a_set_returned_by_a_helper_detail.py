"""A set returned by a helper."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


def names():
    return {"a", "b"}


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> list[str]:
        return [name for name in names()]  # want: DET011
