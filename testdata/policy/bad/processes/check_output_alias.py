"""A program of the host answers, under another name."""

# replay: breaks
# sandbox: stops

from subprocess import check_output as sh

from temporalio import workflow


@workflow.defn
class ReleaseTag:
    @workflow.run
    async def run(self) -> None:
        tag = sh(["pwd"], text=True).strip()  # want: DET008
        await workflow.execute_child_workflow("Release", id=tag)
