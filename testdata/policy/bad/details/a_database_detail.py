"""A database."""

# replay: not-run because it is about how lines are judged, and starts nothing

import sqlite3

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        base = sqlite3.connect("x")  # want: DET007
        base.execute("select 1")  # want: DET007
