"""The activity never heartbeats, so it times out when it takes longer."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def transcode(file: str) -> str:
    return file.upper()


@workflow.defn
class Transcode:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(  # want: PRA005
            transcode,
            "a.mov",
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(seconds=30),
        )
