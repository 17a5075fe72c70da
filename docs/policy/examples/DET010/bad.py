import asyncio

from temporalio import workflow


@workflow.defn
class Race:
    @workflow.run
    async def run(self, seconds: list[float]) -> int:
        tasks = [asyncio.create_task(workflow.sleep(pause)) for pause in seconds]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # DET010
        return len(done)
