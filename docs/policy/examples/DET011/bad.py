from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def notify(name: str) -> None: ...


@workflow.defn
class Newsletter:
    @workflow.run
    async def run(self, names: list[str]) -> None:
        for name in set(names):  # DET011
            await workflow.execute_activity(notify, name, start_to_close_timeout=timedelta(seconds=10))
