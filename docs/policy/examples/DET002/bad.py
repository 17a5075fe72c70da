import time

from temporalio import workflow


@workflow.defn
class Reminder:
    @workflow.run
    async def run(self) -> str:
        time.sleep(3600)  # DET002
        return "remind"
