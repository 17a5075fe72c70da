"""A loop that only puts what it sees into another set."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Closure:
    @workflow.run
    async def run(self) -> None:
        edges = {"a": {"b", "c"}, "b": {"d"}}
        reached, before = {"a"}, set()
        while reached != before:
            before = set(reached)
            reached |= {after for name in before for after in edges.get(name, set())}
        await workflow.execute_activity(
            "use", activity_id="-".join(sorted(reached)), start_to_close_timeout=timedelta(seconds=10)
        )
