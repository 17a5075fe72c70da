"""A glob is the list of work."""

# replay: breaks
# sandbox: stops

from datetime import timedelta
from pathlib import Path

from temporalio import workflow


@workflow.defn
class ImportGlob:
    folder = Path("data")

    @workflow.run
    async def run(self) -> None:
        for file in self.folder.glob("*.txt"):  # want: DET006
            await workflow.execute_activity(
                "load", activity_id=file.stem, start_to_close_timeout=timedelta(seconds=10)
            )
