import subprocess
from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
def convert(file: str) -> int:
    return subprocess.run(["convert", file], check=False).returncode


@workflow.defn
class Convert:
    @workflow.run
    async def run(self, file: str) -> int:
        return await workflow.execute_activity(convert, file, start_to_close_timeout=timedelta(minutes=5))
