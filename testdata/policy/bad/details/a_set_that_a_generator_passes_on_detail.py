"""A set that a generator passes on."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> list[str]:
        def names():
            yield from {"a", "b"}  # want: DET011

        return list(names())
