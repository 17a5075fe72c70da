"""Dicts and lists."""

# replay: not-run because it is about how lines are judged, and starts nothing

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, prices: dict[str, int]) -> object:
        for name, price in prices.items():
            await workflow.execute_activity(name, price, start_to_close_timeout=timedelta(seconds=1))
        return list(prices.keys()), [*prices.values()], prices.popitem()
