"""Membership, size, truth and aggregates do not depend on an order."""

# replay: holds
# sandbox: passes
# signal: seen ["a"]

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Dedupe:
    def __init__(self) -> None:
        self._seen: set[str] = set()

    @workflow.signal
    async def seen(self, name: str) -> None:
        if name in self._seen:
            return
        self._seen.add(name)

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: bool(self._seen))
        names = {"kim", "lee", "bob"}
        facts = (
            len(names),
            "kim" in names,
            any(name.startswith("k") for name in names),
            all(name for name in names),
            sum(len(name) for name in names),
            max(names),
            min(names),
            names <= {"kim", "lee", "bob", "eve"},
            names.isdisjoint(self._seen),
        )
        self._seen.discard("a")
        await workflow.execute_activity(
            "use", activity_id=repr(facts), start_to_close_timeout=timedelta(seconds=10)
        )
