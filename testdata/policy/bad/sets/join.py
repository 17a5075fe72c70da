"""A set is joined into an ID."""

# replay: breaks
# sandbox: passes

from temporalio import workflow


@workflow.defn
class JoinNames:
    @workflow.run
    async def run(self) -> None:
        parts = {"north", "south", "east", "west", "up", "down"}
        await workflow.execute_child_workflow("Route", id="/".join(parts))  # want: DET011
