"""The host's name is part of an ID."""

# replay: breaks
# sandbox: stops

from socket import gethostname

from temporalio import workflow


@workflow.defn
class LeaderElection:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_child_workflow("Lead", id=f"leader-{gethostname()}")  # want: DET005
