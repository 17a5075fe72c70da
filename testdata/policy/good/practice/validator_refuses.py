"""A validator refuses by any exception."""

# replay: holds
# sandbox: passes
# update: approve ["kim"]

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Refuses:
    def __init__(self) -> None:
        self.by = ""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: bool(self.by))
        await workflow.execute_activity("publish", start_to_close_timeout=timedelta(seconds=10))

    @workflow.update
    async def approve(self, by: str) -> str:
        self.by = by
        return by

    @approve.validator
    def validate_approve(self, by: str) -> None:
        if not by:
            raise ValueError("who?")

    @workflow.query
    def approved_by(self) -> str:
        return self.by
