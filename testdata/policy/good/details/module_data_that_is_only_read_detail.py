"""Module data that is only read."""

# replay: not-run because it is about how lines are judged, and starts nothing

from decimal import Decimal

from temporalio import workflow

LIMITS = {"small": Decimal("1.5")}


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        return LIMITS["small"]
