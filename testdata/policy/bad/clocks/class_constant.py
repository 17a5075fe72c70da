"""A constant of the class is the moment of the import."""

# replay: breaks
# sandbox: stops

from datetime import datetime, timedelta

from temporalio import workflow


@workflow.defn
class Batch:
    created = datetime.now()  # want: DET001

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_child_workflow("Load", id=f"batch-{self.created:%Y%m%d%H%M%S%f}")
