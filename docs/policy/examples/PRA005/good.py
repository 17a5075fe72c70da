from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def copy(files: list[str]) -> int:
    for number, _file in enumerate(files):
        activity.heartbeat(number)
    return len(files)


@workflow.defn
class Backup:
    @workflow.run
    async def run(self, files: list[str]) -> int:
        return await workflow.execute_activity(
            copy,
            files,
            start_to_close_timeout=timedelta(hours=4),
            heartbeat_timeout=timedelta(minutes=1),
        )
