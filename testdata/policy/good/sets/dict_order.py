"""Dicts keep the order of insertion."""

# replay: holds
# sandbox: passes

from collections import Counter, OrderedDict, defaultdict
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class DictOrder:
    @workflow.run
    async def run(self) -> None:
        prices = {"kim": 1, "lee": 2, "max": 3}
        for name, price in prices.items():
            await workflow.execute_activity(
                f"charge_{name}", price, start_to_close_timeout=timedelta(seconds=10)
            )
        unique = list(dict.fromkeys(["b", "a", "b"]))
        counts = Counter("hello")
        groups: dict[str, list[str]] = defaultdict(list)
        groups["x"].append("y")
        last = prices.popitem()
        text = f"{unique}{list(counts)}{[*groups.values()]}{last}{list(OrderedDict(a=1).keys())}{prices}"
        await workflow.execute_activity("use", activity_id=text, start_to_close_timeout=timedelta(seconds=10))
