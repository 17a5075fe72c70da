"""An update handler notes when it was called."""

# replay: breaks
# sandbox: stops
# update: approve []

from datetime import datetime, timedelta

from temporalio import workflow


@workflow.defn
class Approval:
    def __init__(self) -> None:
        self._approved = ""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: bool(self._approved))
        await workflow.execute_activity(
            "publish", activity_id=self._approved, start_to_close_timeout=timedelta(seconds=10)
        )

    @workflow.update
    async def approve(self) -> str:
        self._approved = datetime.now().isoformat()  # want: DET001
        return self._approved
