"""Sets are made of sets, and sorted in the end."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


def missing(wanted: set[str], found: frozenset[str]) -> set[str]:
    return {name.lower() for name in wanted} - found


@workflow.defn
class Algebra:
    @workflow.run
    async def run(self) -> None:
        lost = missing({"KIM", "LEE", "MAX"}, frozenset({"max"}))
        more = set(lost) | {"noa"} | {*lost, "ole"}
        more.update(["pia"])
        for name in sorted(more):
            await workflow.execute_activity(f"find_{name}", start_to_close_timeout=timedelta(seconds=10))
