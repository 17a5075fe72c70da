"""Rows are counted in a database."""

# replay: breaks
# sandbox: passes

import sqlite3
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class CountOrders:
    @workflow.run
    async def run(self) -> None:
        base = sqlite3.connect("shop.db")  # want: DET007
        (count,) = base.execute("select count(*) from orders").fetchone()  # want: DET007?
        base.close()  # want: DET007?
        await workflow.execute_activity(f"settle_{count}", start_to_close_timeout=timedelta(seconds=10))
