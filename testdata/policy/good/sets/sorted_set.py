"""A set is sorted before its order counts."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class SortsFirst:
    @workflow.run
    async def run(self) -> None:
        names = {"kim", "lee", "max", "noa", "ole", "pia"}
        for name in sorted(names):
            await workflow.execute_activity(f"greet_{name}", start_to_close_timeout=timedelta(seconds=10))
        upper = sorted(name.upper() for name in names)
        ordered = sorted({name[0] for name in names}, reverse=True)
        await workflow.execute_activity(
            "all", activity_id="".join(upper + ordered), start_to_close_timeout=timedelta(seconds=10)
        )
