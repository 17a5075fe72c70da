"""An address that only tells whether an object was met before."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


def depth(error: BaseException) -> int:
    seen: set[int] = set()
    count, current = 0, error
    while True:
        address = id(current)
        if address in seen or current.__cause__ is None:
            return count
        seen.add(address)
        count, current = count + 1, current.__cause__


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, node: dict[str, object]) -> int:
        met = {id(node)}
        return depth(KeyError()) if id(node["next"]) not in met else 0
