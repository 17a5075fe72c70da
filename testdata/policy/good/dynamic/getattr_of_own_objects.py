"""`getattr` of messages and handlers of one's own."""

# replay: holds
# sandbox: passes

import importlib
from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow


@dataclass
class Order:
    name: str = "o-1"


@workflow.defn
class Reflects:
    def on_paid(self) -> str:
        return "paid"

    @workflow.run
    async def run(self) -> None:
        handler = getattr(self, "on_" + "paid")
        name = getattr(Order(), "name", None)
        has = hasattr(importlib, "import_module")
        await workflow.execute_activity(
            f"{handler()}_{name}_{has}", start_to_close_timeout=timedelta(seconds=10)
        )
