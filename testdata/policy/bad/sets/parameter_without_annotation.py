"""A set is handed to a helper that does not say so."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


async def each(names):
    for name in names:  # want: DET011
        await workflow.execute_activity(name, start_to_close_timeout=timedelta(seconds=10))


@workflow.defn
class Untyped:
    @workflow.run
    async def run(self) -> None:
        wanted = {"a", "b", "c", "d", "e", "f"}
        await each(wanted)
