"""A validator notes what it saw; no replay validates again."""

# replay: breaks
# sandbox: passes
# update: approve ["kim"]

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class NotesInValidator:
    def __init__(self) -> None:
        self.seen: list[str] = []
        self.by = ""

    @workflow.update
    async def approve(self, by: str) -> None:
        self.by = by

    @approve.validator
    def _check(self, by: str) -> None:
        self.seen.append(by)  # want: DET020

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: bool(self.by))
        await workflow.execute_activity(
            f"seen_{len(self.seen)}", start_to_close_timeout=timedelta(seconds=10)
        )
