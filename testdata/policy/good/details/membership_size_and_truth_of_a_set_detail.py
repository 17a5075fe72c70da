"""Membership, size and truth of a set."""

# replay: not-run because it is about how lines are judged, and starts nothing

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        seen: set[str] = set()
        seen.add("a")
        return "a" in seen, len(seen), any(seen), all(x for x in seen), sum(len(x) for x in seen)
