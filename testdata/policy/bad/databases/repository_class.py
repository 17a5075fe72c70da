"""A repository object hides the database."""

# replay: breaks
# sandbox: passes

import sqlite3
from datetime import timedelta

from temporalio import workflow


class Orders:
    def __init__(self, file: str) -> None:
        self._base = sqlite3.connect(file)  # want: DET007

    def names(self) -> list[str]:
        return [name for (name,) in self._base.execute("select name from orders")]  # want: DET007?


@workflow.defn
class ShipAll:
    @workflow.run
    async def run(self) -> None:
        orders = Orders("shop.db")
        for name in orders.names():
            await workflow.execute_activity("ship", name, start_to_close_timeout=timedelta(seconds=10))
