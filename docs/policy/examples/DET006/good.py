from datetime import timedelta
from pathlib import Path, PurePath

from temporalio import activity, workflow


@activity.defn
async def read_template(path: str) -> str:
    return Path(path).read_text()


@workflow.defn
class Letter:
    @workflow.run
    async def run(self, name: str) -> str:
        path = PurePath("letters") / "letter.txt"  # a path without a file system
        template = await workflow.execute_activity(
            read_template, str(path), start_to_close_timeout=timedelta(seconds=10)
        )
        return template.format(name=name)
